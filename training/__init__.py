"""Training pipeline of SpeechEmotionSense's emotion model: prepare, train, evaluate, export."""
