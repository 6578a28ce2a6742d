export { NoticeBoard } from './board.ts';
export { playCue, prepareCue } from './cue.ts';
export { ListeningMarks } from './marks.ts';
export { CONSENT_BUTTONS, noticeMessage } from './message.ts';
