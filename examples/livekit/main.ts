/**
 * The participants of a LiveKit room, as they sound.
 *
 *     npm install @livekit/rtc-node
 *     LIVEKIT_URL=wss://… LIVEKIT_TOKEN=… node examples/livekit/main.ts
 *
 * Without a room two recorded voices stand in, in frames as LiveKit gives them.
 */
import { createEmotionEngine, liveKitSource } from 'speech-emotion-sense';
import { rehearse } from './rehearsal.ts';
import { joinRoom, type Listener } from './room.ts';

await using engine = await createEmotionEngine();
engine.on('emotion', ({ speakerId, label, confidence, valence, arousal }) => {
	const affect = `valence ${valence.toFixed(2)}, arousal ${arousal.toFixed(2)}`;
	console.log(`${speakerId}: ${label}, ${Math.round(confidence * 100)} % sure, ${affect}`);
});
engine.on('heat', ({ state, score }) => console.log(`the room is ${state} (${score.toFixed(2)})`));

// One session for the room: its heat is that of all who are in it.
await using session = engine.start({ channelId: 'room' });
const listener: Listener = {
	async hear(stream, speakerId) {
		for await (const chunk of liveKitSource(stream, { speakerId })) await session.push(chunk);
	},
	withdraw: (speakerId) => session.withdraw(speakerId),
};

const { LIVEKIT_URL: url, LIVEKIT_TOKEN: token } = process.env;
if (url && token) await joinRoom(url, token, listener);
else await rehearse(listener);
