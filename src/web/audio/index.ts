export { AudioIn } from './audio-in.ts';
export { audioRoutes } from './routes.ts';
export { AUDIO_PROBLEMS, AUDIO_PROTOCOL, type AudioServerMessage, audioServerSchema } from './schemas.ts';
