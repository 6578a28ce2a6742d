const KEYS: Readonly<Record<string, 'up' | 'down' | 'start' | 'pause' | 'sound'>> = {
	ArrowUp: 'up',
	KeyW: 'up',
	ArrowDown: 'down',
	KeyS: 'down',
	Space: 'start',
	Enter: 'start',
	KeyP: 'pause',
	KeyM: 'sound',
};

export interface Orders {
	readonly onFly: () => void;
	readonly onStart: () => void;
	readonly onPause: () => void;
	readonly onSound: () => void;
}

/** Keys, buttons and touch, as one. */
export class Controls {
	readonly #held = new Set<'up' | 'down'>();
	/** Where a finger or the mouse points to, 0 (top) … 1; only while it is down. */
	#target: number | undefined;

	constructor(canvas: HTMLCanvasElement, { onFly, onStart, onPause, onSound }: Orders) {
		const button = (id: string, press: () => void): void =>
			document.getElementById(id)?.addEventListener('click', press);
		button('pause', onPause);
		button('sound', onSound);
		addEventListener('keydown', (event) => {
			const order = KEYS[event.code];
			const onButton = event.target instanceof HTMLButtonElement;
			// A button that has the focus is pressed by these keys itself.
			if (!order || event.ctrlKey || event.metaKey || event.altKey || (order === 'start' && onButton)) return;
			event.preventDefault();
			if (order === 'up' || order === 'down') {
				this.#held.add(order);
				onFly();
			} else if (!event.repeat) {
				({ start: onStart, pause: onPause, sound: onSound })[order]();
			}
		});
		addEventListener('keyup', ({ code }) => {
			const order = KEYS[code];
			if (order === 'up' || order === 'down') this.#held.delete(order);
		});
		addEventListener('blur', () => this.#held.clear());
		const point = (event: PointerEvent): void => {
			const { top, height } = canvas.getBoundingClientRect();
			this.#target = (event.clientY - top) / height;
			onFly();
		};
		canvas.addEventListener('pointerdown', (event) => {
			canvas.setPointerCapture(event.pointerId);
			point(event);
		});
		canvas.addEventListener('pointermove', (event) => {
			if (this.#target !== undefined) point(event);
		});
		for (const end of ['pointerup', 'pointercancel'] as const) {
			canvas.addEventListener(end, () => {
				this.#target = undefined;
			});
		}
	}

	/** @param y where the glider is @returns −1 (up) … 1 (down) */
	steer(y: number): number {
		if (this.#target !== undefined) return Math.max(-1, Math.min(1, (this.#target - y) * 8));
		return Number(this.#held.has('down')) - Number(this.#held.has('up'));
	}
}
