import { Command } from 'commander';
import { openStore, rotateKey } from '../../storage/index.ts';
import { loadConfig } from '../config.ts';

interface StoreFlags {
	readonly config?: string;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** `ses store`: what an operator does with the database; the bot may be running meanwhile. */
export function storeCommand(): Command {
	const store = new Command('store').description('look after the database of consents and moods');
	const sub = (name: string, description: string, run: (flags: StoreFlags) => Promise<void>) =>
		store
			.command(name)
			.description(description)
			.option('-c, --config <file>', 'YAML file with settings (SES_CONFIG)', process.env['SES_CONFIG'])
			.action(run);
	sub('check', 'open the database with its key and read every table', check);
	sub('purge', 'delete what is past its retention now', purge);
	sub(
		'rotate-key',
		'change the encryption key: a new one in place of storage.keyFile, or the one in SES_STORAGE_NEW_KEY',
		rotate,
	);
	return store;
}

async function check({ config }: StoreFlags): Promise<void> {
	const { storage } = await loadConfig(config);
	await using store = await openStore(storage);
	const { name, keys, entries, members } = await store.check();
	print(`${name}: sound; ${entries} moods of ${members} members.`);
	if (keys > 1) print(`${keys} keys open it: a change of key ends when it is opened with the new one.`);
}

/** Opening purges. */
async function purge({ config }: StoreFlags): Promise<void> {
	const { storage } = await loadConfig(config);
	await using store = await openStore(storage);
	print(`Purged. ${(await store.check()).entries} moods are left.`);
}

async function rotate({ config }: StoreFlags): Promise<void> {
	const { storage } = await loadConfig(config);
	const { status, oldKeyFile } = await rotateKey(storage, process.env['SES_STORAGE_NEW_KEY'] || undefined);
	if (status === 'both') {
		print('Both keys open the store. Put the new one in place and restart the bot: the old one ends with that.');
		return;
	}
	print(`${storage.keyFile} holds the new key. Back-ups from before need the old one, which is in ${oldKeyFile}:`);
	print('delete it when the last of them is gone.');
}
