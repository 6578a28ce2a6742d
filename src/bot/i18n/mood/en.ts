export const mood = {
	'mood.confidence': 'On average I was {share} % sure.',
	'mood.contested': 'You corrected {count} of them, and your word stands.',
	'mood.no-picture': 'The picture could not be drawn this time. In words: {words}',
	'mood.theme.dark': 'dark',
	'mood.theme.light': 'light',
	'mood.trend.title': 'Your patterns · {period}',
	'mood.trend.hour': '**Time of day:** you sound most pleasant at {higher} h, least so at {lower} h.',
	'mood.trend.weekday': '**Weekday:** most pleasant on {higher}, least so on {lower}.',
	'mood.trend.channel': '**Channel:** most pleasant in {higher}, least so in {lower}.',
	'mood.trend.none':
		'I see no clear pattern: the differences between times, days and channels are no larger than chance would make them.',
	'mood.trend.caution':
		'Only your own voice is in this, and nobody else sees it. A pattern says when, never why or because of whom.',
	'mood.trend.zone':
		'I do not know the time zone “{zone}”. Choose one of those that are offered, such as `Europe/Berlin`.',
	'mood.channel.title': '#{channel} · {period}',
	'mood.channel.subtitle': 'Mood of the group, never of one person',
	'mood.channel.where': 'Join a voice channel first, or name one.',
	'mood.channel.forbidden': 'You cannot see {channel}, so I do not tell you about it.',
	'mood.channel.suppressed':
		'Too few people were heard in {channel} in that time. I show the mood of a group only where at least {least} contributed, so that nobody can be picked out.',
	'mood.channel.summary':
		'In {channel} the group sounded mostly **{first}** ({firstShare} %){second}. This rests on the voices of at least {least} people at a time.',
	'mood.channel.unsure': 'In {channel} no emotion was shown by at least {least} people at a time, so I name none.',
	'mood.channel.hidden':
		'Figures are rounded, by the hour, and without the hour that is running. Hours with fewer than {least} contributors are left blank.',
	'mood.contest.pick': 'Which of these did I get wrong?',
	'mood.contest.when': 'Choose an utterance',
	'mood.contest.offer': '{ago}: {heard} ({share} %), {seconds} s',
	'mood.contest.ask': '{time} · {offer}\nWhat was it really?',
	'mood.contest.was': 'Choose what it was',
	'mood.contest.unsure': 'hard to say',
	'mood.contest.done':
		'Thank you. For you it now counts as **{label}**, in your charts and summaries; and it shows how often I am right here.',
	'mood.contest.undo': 'Take it back',
	'mood.contest.undone': 'Taken back: what I heard counts again.',
	'mood.contest.gone':
		'I have no such utterance of yours (any more). Choose one of those that are offered; they go after the retention period, or when you erase them.',
	'command.mood.period': 'Which time to show',
	'command.mood.theme': 'Colours of the picture; dark if you name none',
	'command.mood.channel': 'The mood of the group in a voice channel, where enough people agreed',
	'command.mood.channel.channel': 'Which channel; yours if you name none',
	'command.mood.trend': 'Patterns in your own conversations: time of day, weekday, channel',
	'command.mood.trend.timezone': 'Your time zone, such as Europe/Berlin',
	'command.mood.contest': 'Correct what I heard in your voice',
	'command.mood.contest.when': 'Which utterance; a menu opens if you name none',
	'command.mood.contest.was': 'What it really was',
} as const;
