import { alerts } from './alerts/en.ts';
import { mood } from './mood/en.ts';
import { privacy } from './privacy/en.ts';
import { setup } from './setup/en.ts';

/** English is the reference: every other language has exactly these keys. */
export const en = {
	...setup,
	...privacy,
	...mood,
	...alerts,
	'notice.title': 'Emotion recognition is running in this channel',
	'notice.body':
		'I listen only to members who agree. From their voices I estimate moods and warn moderators when a conversation turns angry. Nobody else is heard, no audio is kept, and nothing here is a health claim.',
	'notice.how':
		'You can agree or withdraw at any time with the buttons below or with `/consent`; `/privacy what` says what is kept.',
	'notice.give': 'I am an adult and agree',
	'notice.withdraw': 'Withdraw',
	'notice.nickname': '[listening] ',
	'notice.status': 'Emotion recognition: I listen to those who agreed',
	'consent.given':
		'Thank you. From now on I listen to you in this server. Your receipt: `{receipt}` (version {version} of the notice, {date}). Withdraw at any time with `/consent withdraw`.',
	'consent.withdrawn':
		'Done. I no longer listen to you, and what was kept about you here has been deleted ({count} entries).',
	'consent.nothing': 'You have not agreed in this server, so there is nothing to withdraw. I do not listen to you.',
	'consent.receipt':
		'You agreed on {date} to version {version} of the notice, which says what is quoted here. Your receipt: `{receipt}`. Withdraw at any time with `/consent withdraw`.',
	'consent.receipt.none': 'You have not agreed in this server. I do not listen to you.',
	'privacy.what':
		'**What is kept about you here:** {count} entries, the oldest from {oldest}. Each holds a label, probabilities, times and the audio quality, encrypted. No audio and no words are ever stored. Entries are deleted after {days} days, or at once with `/privacy erase`. You can take them with you with `/privacy export`.',
	'privacy.none': 'Nothing is kept about you in this server.',
	'privacy.export':
		'Everything that is kept about you in this server, as JSON and as CSV ({count} utterances, files: {parts}).',
	'privacy.erased':
		'Deleted: {count} entries, and what was still being worked on. Your consent stands; `/consent withdraw` ends that too.',
	'mood.title': 'Your mood · {period}',
	'mood.subtitle': '{seconds} s of speech in {count} utterances',
	'mood.empty':
		'There is nothing to show for that time yet. I only listen to you after `/consent give`, and only in voice channels that I was asked to join.',
	'mood.summary':
		'In {count} utterances ({seconds} s of speech) you sounded mostly **{first}** ({firstShare} %){second}. {unsure}Acted speech taught me, and real voices are subtler: take this as a hint.',
	'mood.summary.unsure':
		'In {count} utterances ({seconds} s of speech) I was never sure how you sounded. Short, quiet or noisy speech is hard to judge, and many voices are subtler than the acted speech that taught me.',
	'mood.unsure': 'For {share} % I was not sure. ',
	'mood.second': ', then **{second}** ({secondShare} %)',
	'mood.period.today': 'today',
	'mood.period.week': 'last 7 days',
	'mood.period.month': 'last 30 days',
	'emotion.joined': 'I am in {channel} and listen to those who agree.',
	'emotion.join.where': 'Join a voice channel first, or name one.',
	'emotion.join.permission':
		'I may not see, join or speak in {channel}. Give my role View Channel, Connect and Send Messages there.',
	'emotion.join.failed': 'I could not connect to {channel}: {reason}. Try again, or change the region of the channel.',
	'emotion.join.busy':
		'All my accounts are listening already: {channels}. `/emotion leave` in one of these channels frees an account; whoever runs me can add more.',
	'emotion.left': 'I have left the voice channel.',
	'emotion.left.none': 'I am in no voice channel here.',
	'emotion.status.none': 'I am in no voice channel here. `/emotion join` brings me in.',
	'emotion.status':
		'In {channel} for {minutes} min · {state}\n{members}\nPackets of others, counted but never decoded: {ignored} · nonsense: {malformed}',
	'emotion.status.member':
		'{member}: {heard} packets heard, {lost} lost ({late} late), {concealed} concealed, {recovered} recovered, {duplicate} twice, {undecryptable} undecryptable, {dropped} dropped',
	'emotion.status.together': 'Together',
	'emotion.status.more': '… and {count} more.',
	'emotion.status.nobody': 'Nobody here has agreed to be heard yet.',
	'emotion.status.waiting': 'Waiting for one of my accounts to come free: {channels}',
	'emotion.follow.on':
		'From now on I follow: when {count} or more members who agreed are in a voice channel, I come in; when none of them is left, I leave.',
	'emotion.follow.off': 'I no longer follow members into voice channels. `/emotion join` brings me in.',
	'emotion.follow.choice.on': 'on',
	'emotion.follow.choice.off': 'off',
	'fleet.orphaned':
		'The account of mine that listened here is gone and no other is free, so I hear nobody here. I come back as soon as one is free.',
	'reply.slow-mode':
		'{channel} sounds heated. A slow mode of {seconds} s in its chat (Edit Channel → Overview → Slowmode) could help. It is a suggestion: nothing has been changed.',
	'reason.sustained-anger': 'anger over several turns',
	'reason.negative-valence': 'the tone has turned negative',
	'reason.rising-trend': 'angrier than usual in this session',
	'reason.several-speakers': 'several members are part of it',
	'reason.dominant-speaker': 'one member carries it alone',
	'reason.overlap': 'members talk over each other',
	'reason.laughter': 'there is laughter',
	'reason.play': 'it sounds playful',
	'reception.deaf.no-packets':
		'speaks, but no voice packets arrive. Change the region of the channel; if that does not help, let UDP through the firewall of the machine that I run on.',
	'reception.deaf.transport':
		'speaks, but the packets do not fit the key of the call. I open a new connection; if it goes on, bring me in again with `/emotion join`.',
	'reception.deaf.encryption':
		'speaks, but the end-to-end encryption cannot be opened. I negotiate it anew; if it goes on, the member should leave the channel and come back, or change the region of the channel.',
	'reception.deaf.not-opus':
		'speaks, but what arrives is not Opus audio. The member should restart their Discord client.',
	'reception.deaf.no-decoder':
		'speaks, but no audio decoder could be opened. The log of my machine says why; restart me when that is mended.',
	'reception.deaf.bot-deafened':
		'speaks, but I am deafened in this server. Undeafen me (right click on me, Server Deafen).',
	'reception.unheard': '⚠️ Someone here who agreed {advice} `/emotion status` tells who.',
	'reception.lost.disconnected':
		'I was disconnected from the channel{detail}. If that was not meant, bring me in again with `/emotion join`.',
	'reception.lost.refused':
		'Discord kept refusing the voice connection{detail}. Bring me in again with `/emotion join`; if it repeats, change the region of the channel.',
	'reception.lost.encryption':
		'The end-to-end encryption could not be restored{detail}. Change the region of the channel and bring me in again with `/emotion join`.',
	'reception.lost.channel-deleted': 'The channel is gone{detail}. Bring me into another one with `/emotion join`.',
	'reception.lost.removed': 'I was removed from the server{detail}. Invite me again to have me back.',
	'error.unexpected': 'That did not work. It is my fault, not yours; the log of the server knows more.',
	'component.forbidden': 'You do not have the permission for that here.',
	'component.gone':
		'This button or form is from an earlier version of mine and no longer does anything. Give the command again.',
	'emotion.anger': 'anger',
	'emotion.boredom': 'boredom',
	'emotion.calm': 'calm',
	'emotion.disgust': 'disgust',
	'emotion.fear': 'fear',
	'emotion.happiness': 'happiness',
	'emotion.neutral': 'neutral',
	'emotion.sadness': 'sadness',
	'emotion.surprise': 'surprise',
	'command.consent': 'Agree to be heard, or withdraw',
	'command.consent.give': 'Agree that the bot listens to you in this server',
	'command.consent.withdraw': 'Stop being heard and delete what was kept',
	'command.consent.receipt': 'Show what you agreed to and when',
	'command.mood': 'Your mood, seen by nobody else',
	'command.mood.me': 'Your own mood over time',
	'command.privacy': 'What is kept about you',
	'command.privacy.what': 'Show what is kept about you',
	'command.privacy.export': 'Take everything that is kept about you with you',
	'command.privacy.erase': 'Delete everything that is kept about you',
	'command.emotion': 'Set up emotion recognition',
	'command.emotion.join': 'Bring the bot into a voice channel',
	'command.emotion.join.channel': 'Which channel; yours if you name none',
	'command.emotion.leave': 'Make the bot leave',
	'command.emotion.leave.channel': 'Which channel; yours, or all, if you name none',
	'command.emotion.follow': 'Let the bot come in by itself when members who agreed are in a voice channel',
	'command.emotion.follow.state': 'Whether it does',
	'command.emotion.follow.members': 'How many of them it takes',
	'command.emotion.status': 'What the bot hears and how well',
} as const;

export type MessageKey = keyof typeof en;
export type Catalog = Readonly<Record<MessageKey, string>>;
