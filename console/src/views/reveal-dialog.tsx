import { useEffect, useRef, useState } from 'preact/hooks';
import { reveal } from '../alert-actions.ts';
import type { AlertAnswer } from '../api.ts';

interface DialogProps {
	readonly alert: AlertAnswer;
	readonly onClose: () => void;
}

/** Asks why; the audit log keeps who asked and what they answered. */
export function RevealDialog({ alert, onClose }: DialogProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [problem, setProblem] = useState<string>();
	useEffect(() => dialog.current?.showModal(), []);

	const submit = async (event: SubmitEvent): Promise<void> => {
		event.preventDefault();
		const reason = new FormData(event.currentTarget as HTMLFormElement).get('reason');
		const wrong = await reveal(alert, String(reason));
		if (wrong) setProblem(wrong);
		else dialog.current?.close();
	};

	return (
		<dialog ref={dialog} aria-labelledby="reveal-title" onClose={onClose}>
			<form onSubmit={(event) => void submit(event)}>
				<h2 id="reveal-title">Reveal the speakers?</h2>
				<p id="reveal-help">
					The audit log keeps that you asked, and why. A voice that sounds angry is no offence: reveal names only where
					you need them to help.
				</p>
				<label for="reveal-reason">Reason, 10 to 500 characters</label>
				<textarea
					id="reveal-reason"
					name="reason"
					rows={3}
					minLength={10}
					maxLength={500}
					required
					aria-describedby="reveal-help"
				/>
				<p class="problem" role="alert">
					{problem}
				</p>
				<div class="actions">
					<button type="submit" class="is-main">
						Reveal
					</button>
					<button type="button" onClick={() => dialog.current?.close()}>
						Cancel
					</button>
				</div>
			</form>
		</dialog>
	);
}
