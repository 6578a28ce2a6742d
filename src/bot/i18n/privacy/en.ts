export const privacy = {
	'privacy.what.alerts':
		'**Alerts:** your speech contributed to {count} alerts about a channel. Nobody sees that it was yours unless a moderator reveals it with a reason, which is logged.',
	'privacy.what.audit': '**Audit log:** {count} entries say what you did here as a moderator.',
	'privacy.what.consent': '**Consent:** receipt `{receipt}`; `/consent receipt` shows what it says.',
	'privacy.erase.ask':
		'**Delete everything that is kept about your voice here?** {count} entries would go, and your part in alerts. This cannot be undone. You can take it with you first with `/privacy export`.',
	'privacy.erase.yes': 'Delete',
	'privacy.erase.withdraw': 'Delete and withdraw consent',
	'privacy.erase.no': 'Keep',
	'privacy.erase.kept': 'Nothing was deleted.',
	'privacy.remains':
		'What remains: the receipt of your consent for as long as it stands; what you did as a moderator, in the audit log; and encrypted copies in back-ups that whoever runs me has made, until those are overwritten: ask them how long that takes.',
	'privacy.readme':
		'What SpeechEmotionSense keeps about you in {server}\n\nconsent.json: the receipt of your consent, or null.\nmoods.json, moods.csv: one entry for each of your utterances: when and where, the label, what you corrected it to, probabilities, valence and arousal (−1 to 1), audio quality. Times are in UTC; start and end are milliseconds since the session began. The two files hold the same.\nalerts.json: alerts about a channel to which your speech contributed.\nmoderation.json: what you did as a moderator.\n\nAudio and words are never stored. In the CSV file an apostrophe stands before texts that a spreadsheet would run as a formula.\n',
} as const;
