import type { alerts as en } from './en.ts';

export const alerts: Readonly<Record<keyof typeof en, string>> = {
	'alert.title': '{channel}: esta conversación se está volviendo airada',
	'alert.heat': 'Calor: **{heat} %** · miembros que contribuyeron: **{members}** · {time}',
	'alert.footer':
		'Se trata del canal, no de una persona. La risa, el juego y la actuación me pueden engañar: escucha antes de actuar.',
	'alert.chart.title': 'Calor del canal de voz',
	'alert.chart.subtitle': '{heat} % en el momento del aviso',
	'alert.status.acknowledged': '👀 {moderator} se ocupa · {time}',
	'alert.status.justified': '✅ Justificado, según {moderator} · {time}',
	'alert.status.false-alarm': '❌ Falsa alarma, según {moderator} · {time}',
	'alert.status.muted': '🔕 Los avisos de este servidor están silenciados hasta {time}',
	'alert.sent': 'se llamó a la moderación',
	'alert.unsent': 'no se pudo llamar a la moderación: no puedo escribir en su canal, o ya no existe',
	'alert.monitor': 'modo de observación: se habría enviado, no se llamó a nadie',
	'alert.held.quiet-hours': 'retenido en las horas de silencio, no se llamó a nadie',
	'alert.held.muted': 'retenido mientras los avisos estaban silenciados, no se llamó a nadie',
	'alert.button.acknowledge': 'Me ocupo',
	'alert.button.justified': 'Justificado',
	'alert.button.false-alarm': 'Falsa alarma',
	'alert.button.mute': 'Silenciar 30 min',
	'alert.button.unmute': 'Quitar el silencio',
	'alert.button.reveal': 'Revelar quién habló',
	'alert.button.console': 'Abrir en la consola',
	'alert.unknown':
		'No hay ningún aviso `{id}` en este servidor, o su plazo terminó y se borró. `/alerts recent` muestra todos los que hay.',
	'alert.acknowledge.done': 'Te ocupas tú, y el resto de la moderación lo ve.',
	'alert.acknowledge.already': '{moderator} ya se ocupa.',
	'alert.verdict.done': 'Anotado, gracias.',
	'alert.verdict.already': 'Ese ya es el veredicto.',
	'alert.verdict.shifted':
		'Los veredictos han movido los umbrales: desde ahora un canal cuenta como acalorado desde el {hot} %.',
	'alert.muted':
		'Sin avisos para este servidor hasta {time}. Lo que se habría enviado queda en `/alerts recent`. El equipo lo ve en el registro de auditoría.',
	'alert.unmuted': 'Los avisos vuelven a estar activos.',
	'alert.unmuted.already': 'Los avisos no están silenciados.',
	'alert.reveal.title': 'Revelar quién habló',
	'alert.reveal.label': '¿Por qué necesitas saberlo?',
	'alert.reveal.hint': 'Tu nombre y este motivo quedan en el registro de auditoría, siempre.',
	'alert.reveal.short': 'Da un motivo de al menos {count} caracteres: queda en el registro de auditoría.',
	'alert.reveal.done':
		'El aviso se basa en las voces de: {members}\nEs una estimación hecha solo con el tono. Tu motivo está en el registro de auditoría; solo tú ves esto.',
	'alert.reveal.none':
		'No se puede nombrar a nadie: quienes contribuyeron han borrado sus datos. Tu motivo está en el registro de auditoría.',
	'alert.recent.title': 'Avisos recientes',
	'alert.recent.none':
		'Aún no hay avisos. Cuando una conversación se vuelva airada aparecerá aquí, también en modo de observación.',
	'alert.recent.page': 'Página {page} de {pages}',
	'alert.recent.open': 'nadie lo ha juzgado todavía',
	'alert.recent.choose': 'Abrir un aviso …',
	'alert.recent.newer': 'Más nuevos',
	'alert.recent.older': 'Más antiguos',
	'alert.tune.title': 'Cuánto aciertan los avisos',
	'alert.tune.figures':
		'Últimos {days} días: **{alerts}** avisos, **{perHour}** por hora, juzgados: **{judged}** (justificados: {justified}, falsas alarmas: {falseAlarms})',
	'alert.tune.precision': 'Precisión: el **{precision} %** de los juzgados estaba justificado',
	'alert.tune.precision.none':
		'Precisión: desconocida. Juzga los avisos con *Justificado* y *Falsa alarma*; en modo de observación los botones están en `/alerts recent`.',
	'alert.tune.thresholds':
		'Un canal cuenta como tenso desde el **{warm} %** y como acalorado desde el **{hot} %** (ajuste: {shift})',
	'alert.tune.automatic': 'Los veredictos mueven los umbrales por sí solos, a partir del {count}.º.',
	'alert.tune.manual': 'Los umbrales se fijaron a mano; los veredictos no los mueven.',
	'alert.tune.more': 'Más sensible',
	'alert.tune.less': 'Menos sensible',
	'alert.tune.auto': 'Automático',
	'command.alerts': 'Avisos tempranos de conversaciones que se vuelven airadas',
	'command.alerts.recent': 'Mostrar los últimos avisos, también los que el modo de observación habría enviado',
	'command.alerts.acknowledge': 'Decir al resto de la moderación que te ocupas',
	'command.alerts.reveal': 'Nombrar en qué voces se basa un aviso; tu motivo queda en el registro',
	'command.alerts.tune': 'Ver cuánto aciertan los avisos y hacerlos más o menos sensibles',
	'command.alerts.id': 'Qué aviso: el código que muestra /alerts recent',
	'command.alerts.reason': 'Por qué necesitas saberlo; queda en el registro',
};
