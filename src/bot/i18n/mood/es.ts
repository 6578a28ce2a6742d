import type { mood as en } from './en.ts';

export const mood: Readonly<Record<keyof typeof en, string>> = {
	'mood.confidence': 'De media estaba seguro al {share} %.',
	'mood.contested': 'Corregiste {count} de ellos, y tu palabra es la que cuenta.',
	'mood.no-picture': 'Esta vez no se pudo dibujar la imagen. En palabras: {words}',
	'mood.theme.dark': 'oscuro',
	'mood.theme.light': 'claro',
	'mood.trend.title': 'Tus patrones · {period}',
	'mood.trend.hour': '**Hora del día:** suenas más agradable a las {higher} h y menos a las {lower} h.',
	'mood.trend.weekday': '**Día de la semana:** más agradable el {higher}, menos el {lower}.',
	'mood.trend.channel': '**Canal:** más agradable en {higher}, menos en {lower}.',
	'mood.trend.none':
		'No veo un patrón claro: las diferencias entre horas, días y canales no son mayores de lo que daría el azar.',
	'mood.trend.caution':
		'Aquí solo está tu propia voz, y nadie más lo ve. Un patrón dice cuándo, nunca por qué ni por culpa de quién.',
	'mood.trend.zone': 'No conozco la zona horaria «{zone}». Elige una de las que se ofrecen, como `Europe/Madrid`.',
	'mood.channel.title': '#{channel} · {period}',
	'mood.channel.subtitle': 'Ánimo del grupo, nunca de una persona',
	'mood.channel.where': 'Entra primero en un canal de voz, o nombra uno.',
	'mood.channel.forbidden': 'No puedes ver {channel}, así que no te cuento nada de él.',
	'mood.channel.suppressed':
		'En {channel} se oyó a muy pocas personas en ese tiempo. Solo muestro el ánimo de un grupo cuando contribuyeron al menos {least}, para que no se pueda distinguir a nadie.',
	'mood.channel.summary':
		'En {channel} el grupo sonó sobre todo a **{first}** ({firstShare} %){second}. Se basa en las voces de al menos {least} personas cada vez.',
	'mood.channel.unsure':
		'En {channel} ninguna emoción se oyó en al menos {least} personas a la vez, así que no nombro ninguna.',
	'mood.channel.hidden':
		'Las cifras están redondeadas, por horas y sin la hora en curso. Las horas con menos de {least} personas quedan en blanco.',
	'mood.contest.pick': '¿En cuál de estos me equivoqué?',
	'mood.contest.when': 'Elige un enunciado',
	'mood.contest.offer': '{ago}: {heard} ({share} %), {seconds} s',
	'mood.contest.ask': '{time} · {offer}\n¿Qué era en realidad?',
	'mood.contest.was': 'Elige qué era',
	'mood.contest.unsure': 'difícil de decir',
	'mood.contest.done':
		'Gracias. Para ti ahora cuenta como **{label}**, en tus gráficos y resúmenes; y muestra cuántas veces acierto aquí.',
	'mood.contest.undo': 'Deshacer',
	'mood.contest.undone': 'Deshecho: vuelve a contar lo que oí.',
	'mood.contest.gone':
		'No tengo (ya) ese enunciado tuyo. Elige uno de los que se ofrecen; se van al acabar el plazo de conservación o cuando los borras.',
	'command.mood.period': 'Qué tiempo mostrar',
	'command.mood.theme': 'Colores de la imagen; oscuros si no nombras ninguno',
	'command.mood.channel': 'El ánimo del grupo en un canal de voz, donde aceptaron suficientes personas',
	'command.mood.channel.channel': 'Qué canal; el tuyo si no nombras ninguno',
	'command.mood.trend': 'Patrones en tus propias conversaciones: hora, día de la semana, canal',
	'command.mood.trend.timezone': 'Tu zona horaria, como Europe/Madrid',
	'command.mood.contest': 'Corrige lo que oí en tu voz',
	'command.mood.contest.when': 'Qué enunciado; si no nombras ninguno se abre un menú',
	'command.mood.contest.was': 'Qué era en realidad',
};
