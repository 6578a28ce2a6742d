import { createCanvas, loadImage } from '@napi-rs/canvas';

type Rgb = readonly [number, number, number];

const rgb = (hex: string): Rgb => {
	const [red = 0, green = 0, blue = 0] = Buffer.from(hex.slice(1), 'hex');
	return [red, green, blue];
};

/** A picture, to count what is on it. */
export async function countColours(png: Buffer) {
	const image = await loadImage(png);
	const { width, height } = image;
	const context = createCanvas(width, height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, width, height);
	// One word a pixel: there are millions of them.
	const words = new Uint32Array(data.buffer, data.byteOffset, width * height);
	return {
		width,
		height,
		/** How many pixels have exactly this colour. */
		count(hex: string): number {
			const [red, green, blue] = rgb(hex);
			const wanted = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
			let count = 0;
			for (let index = 0; index < words.length; index++) if (words[index] === wanted) count += 1;
			return count;
		},
		/** How many differ from the ground in the outermost strip, where nothing should stand. */
		onTheEdge(): number {
			const ground = words[0];
			let inked = 0;
			for (let y = 0; y < height; y++) {
				for (const x of [0, 1, width - 2, width - 1]) if (words[y * width + x] !== ground) inked += 1;
			}
			return inked;
		},
	};
}
