import workletUrl from './capture-worklet.ts?worker&url';

/** Some 40 ms of sound. */
export interface Captured {
	/** Signed 16 bit, little-endian, mono. */
	readonly pcm: ArrayBuffer;
	/** Root mean square, 0…1. */
	readonly level: number;
}

export interface Microphone extends Disposable {
	/** Hertz. */
	readonly sampleRate: number;
	/** Begins to hand on what is heard. */
	listen(onCaptured: (captured: Captured) => void, onGone: () => void): void;
}

/** The protocol takes no more. */
const HIGHEST_RATE_HZ = 48_000;
/** As it was spoken: what calls do against echo and noise is made for ears, and takes some of the voice with it. */
const WANTED: MediaTrackConstraints = { channelCount: 1, echoCancellation: false, noiseSuppression: false };

const WRONG: Readonly<Record<string, string>> = {
	NotAllowedError:
		'The browser does not let this page use the microphone. Allow it beside the address, and start again.',
	NotFoundError: 'The browser finds no microphone.',
	NotReadableError: 'The microphone cannot be opened. Another program may be using it.',
};

/** Asks for the microphone. @throws {Error} whose message is for the one who asked */
export async function openMicrophone(): Promise<Microphone> {
	if (!window.isSecureContext || !navigator.mediaDevices) {
		throw new Error('Browsers open the microphone for pages over HTTPS, or on this machine (127.0.0.1) only.');
	}
	let stream: MediaStream;
	try {
		stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
	} catch (error) {
		const { name, message } = error as DOMException;
		throw new Error(WRONG[name] ?? `The microphone cannot be opened: ${message}`);
	}
	let context = new AudioContext();
	const letGo = (): void => {
		for (const track of stream.getTracks()) track.stop();
		if (context.state !== 'closed') void context.close();
	};
	try {
		if (context.sampleRate > HIGHEST_RATE_HZ) {
			void context.close();
			context = new AudioContext({ sampleRate: HIGHEST_RATE_HZ });
		}
		await context.audioWorklet.addModule(workletUrl);
		const node = new AudioWorkletNode(context, 'capture', { numberOfInputs: 1, numberOfOutputs: 0 });
		return {
			sampleRate: Math.round(context.sampleRate),
			listen(onCaptured, onGone) {
				node.port.onmessage = ({ data }: MessageEvent<Captured>) => onCaptured(data);
				for (const track of stream.getTracks()) track.onended = onGone;
				context.createMediaStreamSource(stream).connect(node);
				void context.resume();
			},
			[Symbol.dispose]() {
				node.port.onmessage = null;
				letGo();
			},
		};
	} catch (error) {
		letGo();
		throw new Error('The browser cannot process sound here.', { cause: error });
	}
}
