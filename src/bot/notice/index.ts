export { NoticeBoard } from './board.ts';
export { playCue, prepareCue } from './cue.ts';
export { DeafNotice } from './deaf-notice.ts';
export { ListeningMarks } from './marks.ts';
export { noticeMessage } from './message.ts';
