export { compose, guarded, type Next, type Step, StepError } from './compose.ts';
export type { EmotionContext, EmotionStep, Heat } from './context.ts';
export { type HeatScore, scoreHeat, type Turn } from './heat-score.ts';
export { adaptiveReply, type ReplyCause, replyOptions } from './steps/adaptive-reply.ts';
export { channelHeat, heatOptions } from './steps/channel-heat.ts';
export { consentGate } from './steps/consent-gate.ts';
export { escalation, escalationOptions } from './steps/escalation.ts';
export { moodRecorder } from './steps/mood-recorder.ts';
export { smoothing, smoothingOptions } from './steps/smoothing.ts';
