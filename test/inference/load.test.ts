import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMOTIONS, PROSODY_COLUMNS, SAMPLE_RATE_HZ, SOUND_EVENTS } from '../../src/domain/index.ts';
import { loadModel } from '../../src/inference/index.ts';
import { copyTinyModel, HEARING_MODEL, SHIPPED_MODEL, TINY_MODEL } from './models.ts';

describe('loadModel', () => {
	it('accepts the shipped model: the file is the one that its manifest describes', async () => {
		const { manifest, bytes } = await loadModel(SHIPPED_MODEL);
		expect(manifest.labels).toEqual(EMOTIONS);
		expect(manifest.sampleRateHz).toBe(SAMPLE_RATE_HZ);
		expect(bytes.length).toBe(manifest.bytes);
	});

	it('names the file that is missing: the folder, the manifest or the model', async () => {
		await expect(loadModel('/nowhere')).rejects.toMatchObject({
			code: 'SES_MODEL_MISSING',
			message: expect.stringContaining(join('/nowhere', 'manifest.json')),
		});
		await using copy = await copyTinyModel();
		await rm(join(copy.directory, 'emotion.onnx'));
		await expect(loadModel(copy.directory)).rejects.toMatchObject({
			code: 'SES_MODEL_MISSING',
			message: expect.stringContaining('emotion.onnx'),
		});
	});

	it('refuses a model of which one byte has changed', async () => {
		await using copy = await copyTinyModel();
		const { bytes } = await loadModel(copy.directory);
		bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
		await writeFile(join(copy.directory, 'emotion.onnx'), bytes);
		await expect(loadModel(copy.directory)).rejects.toMatchObject({ code: 'SES_MODEL_ALTERED' });
	});

	it('says what is wrong with a manifest', async () => {
		const cases: [(manifest: Record<string, unknown>) => unknown, string][] = [
			[(manifest) => ({ ...manifest, schemaVersion: 2 }), 'schemaVersion'],
			[(manifest) => ({ ...manifest, labels: [...EMOTIONS].reverse() }), 'labels.0'],
			[(manifest) => ({ ...manifest, labels: EMOTIONS.slice(1) }), 'labels'],
			[(manifest) => ({ ...manifest, file: '../../etc/passwd' }), 'file: must be a plain file name'],
			[(manifest) => ({ ...manifest, minSamples: 64_000 }), 'minSamples: must not exceed maxSamples'],
			[(manifest) => ({ ...manifest, sampleRateHz: 8_000 }), 'sampleRateHz'],
			[(manifest) => ({ ...manifest, calibration: { temperature: 0, unsureBelow: 0 } }), 'calibration.temperature'],
			[() => 'nothing', 'manifest: '],
		];
		for (const [change, problem] of cases) {
			await using copy = await copyTinyModel();
			await copy.edit(change);
			await expect(loadModel(copy.directory)).rejects.toMatchObject({
				code: 'SES_MODEL_MANIFEST_INVALID',
				message: expect.stringContaining(problem),
			});
		}
	});

	it('knows models that give logits only, and models that hear sounds and measure prosody', async () => {
		expect((await loadModel(TINY_MODEL)).manifest.events).toBeUndefined();
		const { manifest } = await loadModel(HEARING_MODEL);
		expect(new Set(manifest.events?.labels)).toEqual(new Set(SOUND_EVENTS));
		expect(new Set(manifest.prosody?.columns)).toEqual(new Set(PROSODY_COLUMNS));
	});

	it('says which sound or column it does not know, or which is missing', async () => {
		const { outputs, events, prosody } = (await loadModel(HEARING_MODEL)).manifest;
		const hearing = { outputs, events, prosody };
		const labels = events?.labels ?? [];
		const cases: [object, string][] = [
			[
				{ ...hearing, events: { labels: ['whistle', ...labels.slice(1)], speechBelow: 0.3 } },
				'unknown sound event "whistle"',
			],
			[
				{ ...hearing, events: { labels: labels.slice(1), speechBelow: 0.3 } },
				'events.labels: must name each of speech',
			],
			[{ ...hearing, events: { labels: [...labels, 'speech'], speechBelow: 0.3 } }, 'events.labels: must name each of'],
			[{ ...hearing, events: { labels, speechBelow: 3 } }, 'events.speechBelow'],
			[{ ...hearing, prosody: { columns: ['jitter'] } }, 'prosody.columns.0: unknown column "jitter"; known are pitch'],
			[{ outputs, prosody }, 'events: is missing, but among the outputs'],
			[{ events }, 'outputs.events: is missing, but described'],
			[
				{ ...hearing, outputs: { ...outputs, prosody: { type: 'float32', shape: ['batch', 7] } } },
				'outputs.prosody.shape',
			],
		];
		for (const [change, problem] of cases) {
			await using copy = await copyTinyModel();
			await copy.edit((manifest) => ({ ...manifest, ...change }));
			await expect(loadModel(copy.directory)).rejects.toMatchObject({
				code: 'SES_MODEL_MANIFEST_INVALID',
				message: expect.stringContaining(problem),
			});
		}
	});

	it('refuses a manifest that is not JSON', async () => {
		await using copy = await copyTinyModel();
		await writeFile(join(copy.directory, 'manifest.json'), '{"schemaVersion":');
		await expect(loadModel(copy.directory)).rejects.toMatchObject({ code: 'SES_MODEL_MANIFEST_INVALID' });
	});
});
