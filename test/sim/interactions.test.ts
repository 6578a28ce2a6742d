import {
	ActionRowBuilder,
	AttachmentBuilder,
	ButtonBuilder,
	ButtonStyle,
	type Client,
	EmbedBuilder,
	type Interaction,
	MessageFlags,
	ModalBuilder,
	PermissionFlagsBits,
	SlashCommandBuilder,
	StringSelectMenuBuilder,
	TextInputBuilder,
	TextInputStyle,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SimulatedDiscord } from '../../src/sim/index.ts';
import { home, logIn } from './support/bot.ts';

/** The smallest PNG there is: one transparent pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);

const consent = new SlashCommandBuilder()
	.setName('consent')
	.setDescription('Your consent')
	.addSubcommand((sub) =>
		sub
			.setName('give')
			.setDescription('Give it')
			.addIntegerOption((option) => option.setName('days').setDescription('How long').setMinValue(1).setMaxValue(30))
			.addStringOption((option) =>
				option
					.setName('scope')
					.setDescription('For what')
					.setRequired(false)
					.addChoices({ name: 'Voice', value: 'voice' }, { name: 'Text', value: 'text' }),
			)
			.addUserOption((option) => option.setName('friend').setDescription('With whom')),
	)
	.addSubcommand((sub) => sub.setName('withdraw').setDescription('Withdraw it'));

const alerts = new SlashCommandBuilder()
	.setName('alerts')
	.setDescription('For moderators')
	.setDefaultMemberPermissions(PermissionFlagsBits.ManageMessages);

async function register(client: Client<true>, onInteraction: (interaction: Interaction) => Promise<unknown>) {
	await client.application.commands.set([consent.toJSON(), alerts.toJSON()]);
	const failures: unknown[] = [];
	client.on(
		'interactionCreate',
		(interaction) => void onInteraction(interaction).catch((error) => failures.push(error)),
	);
	return failures;
}

const row = (...components: ButtonBuilder[]) => new ActionRowBuilder<ButtonBuilder>().addComponents(components);
const button = (id: string) => new ButtonBuilder().setCustomId(id).setLabel(id).setStyle(ButtonStyle.Primary);

describe('a slash command', () => {
	it('reaches the bot with its subcommand and options, and its immediate reply comes back', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna', locale: 'pl' });
		const ben = discord.createMember({ name: 'Ben' });
		const failures = await register(client, async (interaction) => {
			if (!interaction.isChatInputCommand()) return;
			const { options, locale, channelId, user } = interaction;
			const seen = [
				interaction.commandName,
				options.getSubcommand(),
				options.getInteger('days'),
				options.getString('scope'),
				options.getUser('friend')?.globalName,
				locale,
				channelId,
				user.id,
			];
			await interaction.reply({ content: JSON.stringify(seen), flags: MessageFlags.Ephemeral });
		});
		const answered = discord.waitFor('interaction-answered');
		const reply = await anna.command('consent give', { days: 7, scope: 'voice', friend: ben.id });
		const seen = ['consent', 'give', 7, 'voice', 'Ben', 'pl', discord.channel('general').id, anna.id];
		expect(JSON.parse(reply.content)).toEqual(seen);
		expect(reply).toMatchObject({ kind: 'message', ephemeral: true, deferred: false, applicationId: client.user.id });
		expect(await answered).toMatchObject({ name: 'consent give', userId: anna.id, callback: 'message' });
		expect(failures).toEqual([]);
	});

	it('may be deferred and answered with an embed and a PNG', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const failures = await register(client, async (interaction) => {
			if (!interaction.isChatInputCommand()) return;
			await interaction.deferReply({ flags: MessageFlags.Ephemeral });
			await new Promise((resolve) => setTimeout(resolve, 50));
			await interaction.editReply({
				content: 'Your mood',
				embeds: [new EmbedBuilder().setTitle('Today').setImage('attachment://mood.png')],
				files: [new AttachmentBuilder(PNG, { name: 'mood.png', description: 'A line that rises' })],
			});
			await interaction.followUp({ content: 'One thing more', flags: MessageFlags.Ephemeral });
		});
		const more = discord.waitFor('message-created', ({ message }) => message.content === 'One thing more');
		const reply = await anna.command('/consent withdraw');
		expect(reply).toMatchObject({
			content: 'Your mood',
			ephemeral: true,
			deferred: true,
			embeds: [{ title: 'Today' }],
		});
		expect(reply.latencyMs).toBeGreaterThanOrEqual(49);
		expect(reply.attachments).toMatchObject([
			{ filename: 'mood.png', description: 'A line that rises', contentType: 'image/png' },
		]);
		expect(reply.attachments[0]?.bytes).toEqual(PNG);
		expect(reply.embeds[0]?.image?.url).toBe(reply.attachments[0]?.url);
		const download = await fetch(reply.attachments[0]?.url ?? '');
		expect(download.headers.get('content-type')).toBe('image/png');
		expect(Buffer.from(await download.arrayBuffer())).toEqual(PNG);
		expect((await more).message).toMatchObject({ ephemeralFor: anna.id, interactionId: reply.interactionId });
		expect(failures).toEqual([]);
	});

	it('is refused on the member’s side when the client would not send it', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const mod = discord.createMember({ name: 'Mod', permissions: PermissionFlagsBits.ManageMessages });
		await register(client, async (interaction) => {
			if (interaction.isChatInputCommand()) await interaction.reply('Seen');
		});
		await expect(anna.command('nonsense')).rejects.toThrow('There is no command /nonsense');
		await expect(anna.command('consent')).rejects.toThrow('there is no subcommand ""');
		await expect(anna.command('consent give', { weeks: 1 })).rejects.toThrow('there is no option "weeks"');
		await expect(anna.command('consent give', { days: 31 })).rejects.toThrow('"days" is out of range');
		await expect(anna.command('consent give', { days: 1.5 })).rejects.toThrow('takes an integer');
		await expect(anna.command('consent give', { scope: 'dreams' })).rejects.toThrow('is not a choice');
		await expect(anna.command('alerts')).rejects.toThrow('Anna may not use /alerts');
		expect(await mod.command('alerts')).toMatchObject({ content: 'Seen', ephemeral: false });
	});

	it('fails as on Discord when the bot is silent, too slow, or gone', async () => {
		await using discord = await SimulatedDiscord.start(home);
		const anna = discord.createMember({ name: 'Anna' });
		{
			await using client = await logIn(discord);
			const late: unknown[] = [];
			await register(client, async (interaction) => {
				if (!interaction.isChatInputCommand()) return;
				if (interaction.options.getSubcommand() === 'withdraw') {
					await interaction.deferReply();
					return;
				}
				await new Promise((resolve) => setTimeout(resolve, 3_100));
				await interaction.reply('Too late').catch((error) => late.push(error));
			});
			await expect(anna.command('consent withdraw', {}, { timeoutMs: 200 })).rejects.toThrow('no answer followed');
			const abort = AbortSignal.timeout(50);
			await expect(anna.command('consent withdraw', {}, { signal: abort })).rejects.toThrow(abort.reason);
			await expect(anna.command('consent give')).rejects.toThrow('the application did not respond');
			await new Promise((resolve) => setTimeout(resolve, 300));
			expect(late).toMatchObject([{ status: 404, code: 10062 }]);
		}
		await expect(anna.command('consent give')).rejects.toThrow('the bot is offline');
	});

	it('can be acknowledged once only', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		let second: unknown;
		await register(client, async (interaction) => {
			if (!interaction.isChatInputCommand()) return;
			const { id, token } = interaction;
			await interaction.reply('First');
			second = await client.rest
				.post(`/interactions/${id}/${token}/callback`, { body: { type: 4, data: { content: 'Second' } }, auth: false })
				.catch((error) => error);
			await interaction.followUp('Done');
		});
		const done = discord.waitFor('message-created', ({ message }) => message.content === 'Done');
		await anna.command('consent withdraw');
		await done;
		expect(second).toMatchObject({ status: 400, code: 40060 });
	});
});

describe('a button', () => {
	it('updates its message, defers, or answers in a message of its own', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const failures = await register(client, async (interaction) => {
			if (!interaction.isButton()) return;
			if (interaction.customId === 'update') {
				const again = row(button('update'), button('slow'), button('answer').setDisabled(true));
				await interaction.update({ content: `Updated by ${interaction.user.id}`, components: [again] });
			} else if (interaction.customId === 'slow') {
				await interaction.deferUpdate();
				await interaction.editReply('Edited later');
			} else await interaction.reply({ content: 'Answered', flags: MessageFlags.Ephemeral });
		});
		const channel = await client.channels.fetch(discord.channel('general').id);
		if (!channel?.isSendable()) throw new Error('Not sendable');
		const message = await channel.send({
			content: 'Choose',
			components: [row(button('update'), button('slow'), button('answer'))],
		});

		expect(await anna.click('answer')).toMatchObject({ kind: 'message', content: 'Answered', ephemeral: true });
		expect(await anna.click('update', message.id)).toMatchObject({
			kind: 'update',
			messageId: message.id,
			content: `Updated by ${anna.id}`,
			ephemeral: false,
		});
		expect(await anna.click('slow')).toMatchObject({ kind: 'update', content: 'Edited later', deferred: true });
		await expect(anna.click('answer')).rejects.toThrow('is disabled');
		await expect(anna.click('nothing')).rejects.toThrow('sees no message');
		expect(discord.messages('general').map(({ content }) => content)).toEqual(['Edited later', 'Answered']);
		expect(failures).toEqual([]);
	});

	it('on an ephemeral message is there for its one reader', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const ben = discord.createMember({ name: 'Ben' });
		await register(client, async (interaction) => {
			if (interaction.isChatInputCommand()) {
				const flags = MessageFlags.Ephemeral;
				await interaction.reply({ content: 'Sure?', components: [row(button('yes'))], flags });
			} else if (interaction.isButton()) await interaction.update({ content: 'Gone', components: [] });
		});
		const reply = await anna.command('consent withdraw');
		await expect(ben.click('yes', reply.messageId)).rejects.toThrow('Ben sees no message');
		expect(await anna.click('yes')).toMatchObject({ content: 'Gone', ephemeral: true, components: [] });
	});
});

describe('a menu and a form', () => {
	it('carry what was chosen and written', async () => {
		await using discord = await SimulatedDiscord.start(home);
		await using client = await logIn(discord);
		const anna = discord.createMember({ name: 'Anna' });
		const failures = await register(client, async (interaction) => {
			if (interaction.isChatInputCommand()) {
				const menu = new StringSelectMenuBuilder()
					.setCustomId('topic')
					.addOptions(['mood', 'heat'].map((value) => ({ label: value, value })));
				const menuRow = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu);
				await interaction.reply({ content: 'Topic?', components: [menuRow] });
			} else if (interaction.isStringSelectMenu()) {
				const input = new TextInputBuilder().setCustomId('why').setLabel('Why').setStyle(TextInputStyle.Short);
				const modal = new ModalBuilder().setCustomId(`contest/${interaction.values.join()}`).setTitle('Contest');
				await interaction.showModal(modal.addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(input)));
			} else if (interaction.isModalSubmit()) {
				const content = `${interaction.customId}: ${interaction.fields.getTextInputValue('why')}`;
				if (interaction.isFromMessage()) await interaction.update({ content, components: [] });
			}
		});
		await anna.command('consent withdraw');
		const form = await anna.select('topic', ['heat']);
		expect(form).toMatchObject({ kind: 'modal', modal: { customId: 'contest/heat', title: 'Contest' } });
		await expect(anna.submit(form, { how: 'x' })).rejects.toThrow('no field "how"');
		const content = 'contest/heat: I was singing';
		expect(await anna.submit(form, { why: 'I was singing' })).toMatchObject({ kind: 'update', content });
		expect(discord.messages('general').map((message) => message.content)).toEqual([content]);
		expect(failures).toEqual([]);
	});
});
