import { alerts } from './alerts/es.ts';
import type { Catalog } from './en.ts';
import { mood } from './mood/es.ts';
import { privacy } from './privacy/es.ts';
import { setup } from './setup/es.ts';

export const es: Catalog = {
	...setup,
	...privacy,
	...mood,
	...alerts,
	'notice.title': 'En este canal funciona el reconocimiento de emociones',
	'notice.body':
		'Solo escucho a quienes dieron su consentimiento. De su voz estimo estados de ánimo y aviso a la moderación cuando una conversación se vuelve airada. A nadie más se escucha, no se guarda audio y nada de esto es una afirmación sobre la salud.',
	'notice.how':
		'Puedes aceptar o retirarte en cualquier momento con los botones de abajo o con `/consent`; `/privacy what` dice qué se guarda.',
	'notice.give': 'Soy mayor de edad y acepto',
	'notice.withdraw': 'Retirar',
	'notice.nickname': '[escucha] ',
	'notice.status': 'Reconocimiento de emociones: escucho a quienes aceptaron',
	'consent.given':
		'Gracias. Desde ahora te escucho en este servidor. Tu recibo: `{receipt}` (versión {version} del aviso, {date}). Puedes retirarte cuando quieras con `/consent withdraw`.',
	'consent.withdrawn': 'Hecho. Ya no te escucho, y lo que se guardaba sobre ti aquí se ha borrado ({count} entradas).',
	'consent.nothing': 'No has aceptado en este servidor, así que no hay nada que retirar. No te escucho.',
	'consent.receipt':
		'Aceptaste el {date} la versión {version} del aviso, que dice lo que aquí se cita. Tu recibo: `{receipt}`. Puedes retirarte cuando quieras con `/consent withdraw`.',
	'consent.receipt.none': 'No has aceptado en este servidor. No te escucho.',
	'privacy.what':
		'**Lo que se guarda aquí sobre ti:** {count} entradas, la más antigua de {oldest}. Cada una tiene una etiqueta, probabilidades, tiempos y la calidad del audio, cifrados. Nunca se guardan audio ni palabras. Las entradas se borran a los {days} días, o al momento con `/privacy erase`. Puedes llevártelas con `/privacy export`.',
	'privacy.none': 'En este servidor no se guarda nada sobre ti.',
	'privacy.export':
		'Todo lo que se guarda sobre ti en este servidor, en JSON y en CSV (enunciados: {count}, archivos: {parts}).',
	'privacy.erased':
		'Borradas: {count} entradas, y lo que aún estaba en proceso. Tu consentimiento sigue en pie; `/consent withdraw` también lo termina.',
	'mood.title': 'Tu ánimo · {period}',
	'mood.subtitle': '{seconds} s de habla en {count} enunciados',
	'mood.empty':
		'Aún no hay nada que mostrar de ese tiempo. Solo te escucho después de `/consent give`, y solo en canales de voz a los que me invitaron.',
	'mood.summary':
		'En {count} enunciados ({seconds} s de habla) sonaste sobre todo a **{first}** ({firstShare} %){second}. {unsure}Aprendí de habla actuada y las voces reales son más sutiles: tómalo como una pista.',
	'mood.summary.unsure':
		'En {count} enunciados ({seconds} s de habla) nunca estuve seguro de cómo sonabas. El habla corta, baja o con ruido es difícil de juzgar, y muchas voces son más sutiles que el habla actuada de la que aprendí.',
	'mood.unsure': 'En el {share} % no estaba seguro. ',
	'mood.second': ', luego a **{second}** ({secondShare} %)',
	'mood.period.today': 'hoy',
	'mood.period.week': 'últimos 7 días',
	'mood.period.month': 'últimos 30 días',
	'emotion.joined': 'Estoy en {channel} y escucho a quienes aceptan.',
	'emotion.join.where': 'Entra primero en un canal de voz, o nombra uno.',
	'emotion.join.permission':
		'No puedo ver {channel}, entrar o escribir allí. Da a mi rol Ver canal, Conectar y Enviar mensajes.',
	'emotion.join.failed': 'No pude conectarme a {channel}: {reason}. Inténtalo otra vez o cambia la región del canal.',
	'emotion.join.busy':
		'Todas mis cuentas ya están escuchando: {channels}. `/emotion leave` en uno de esos canales libera una; quien me administra puede añadir más.',
	'emotion.left': 'He salido del canal de voz.',
	'emotion.left.none': 'No estoy en ningún canal de voz aquí.',
	'emotion.status.none': 'No estoy en ningún canal de voz aquí. `/emotion join` me trae.',
	'emotion.status':
		'En {channel} desde hace {minutes} min · {state}\n{members}\nPaquetes de otros, contados y nunca descifrados: {ignored} · sin sentido: {malformed}',
	'emotion.status.member':
		'{member}: {heard} paquetes oídos, {lost} perdidos ({late} tarde), {concealed} suplidos, {recovered} recuperados, {duplicate} dobles, {undecryptable} indescifrables, {dropped} descartados',
	'emotion.status.together': 'En total',
	'emotion.status.more': '… y {count} más.',
	'emotion.status.nobody': 'Nadie ha aceptado aquí todavía.',
	'emotion.status.waiting': 'A la espera de que quede libre una de mis cuentas: {channels}',
	'emotion.follow.on':
		'Desde ahora sigo a los miembros: cuando haya en un canal de voz al menos {count} de los que aceptaron, entro; cuando no quede ninguno de ellos, salgo.',
	'emotion.follow.off': 'Ya no sigo a nadie a los canales de voz. `/emotion join` me trae.',
	'emotion.follow.choice.on': 'activado',
	'emotion.follow.choice.off': 'desactivado',
	'fleet.orphaned':
		'La cuenta mía que escuchaba aquí ya no está y ninguna otra está libre, así que aquí no oigo a nadie. Volveré en cuanto quede una libre.',
	'reply.slow-mode':
		'En {channel} el ambiente está acalorado. Un modo pausado de {seconds} s en su chat (Editar canal → Vista general → Modo pausado) podría ayudar. Es una sugerencia: no se ha cambiado nada.',
	'reason.sustained-anger': 'ira en varios turnos',
	'reason.negative-valence': 'el tono se ha vuelto negativo',
	'reason.rising-trend': 'más ira de lo habitual en esta sesión',
	'reason.several-speakers': 'participan varios miembros',
	'reason.dominant-speaker': 'viene de un solo miembro',
	'reason.overlap': 'los miembros hablan a la vez',
	'reason.laughter': 'se oyen risas',
	'reason.play': 'suena a broma',
	'reception.deaf.no-packets':
		'habla, pero no llegan paquetes de voz. Cambia la región del canal; si no ayuda, deja pasar UDP por el cortafuegos del equipo en el que funciono.',
	'reception.deaf.transport':
		'habla, pero los paquetes no encajan con la clave de la llamada. Abro una conexión nueva; si sigue así, tráeme de nuevo con `/emotion join`.',
	'reception.deaf.encryption':
		'habla, pero no se puede abrir el cifrado de extremo a extremo. Lo negocio de nuevo; si sigue así, el miembro debería salir del canal y volver, o cambia la región del canal.',
	'reception.deaf.not-opus':
		'habla, pero lo que llega no es audio Opus. El miembro debería reiniciar su cliente de Discord.',
	'reception.deaf.no-decoder':
		'habla, pero no se pudo abrir ningún decodificador. El registro de mi equipo dice por qué; reiníciame cuando esté arreglado.',
	'reception.deaf.bot-deafened':
		'habla, pero estoy ensordecido en este servidor. Quítame eso (clic derecho sobre mí, ensordecer en el servidor).',
	'reception.unheard': '⚠️ Alguien aquí que dio su consentimiento {advice} `/emotion status` dice quién.',
	'reception.lost.disconnected':
		'Me desconectaron del canal{detail}. Si no era la intención, tráeme de nuevo con `/emotion join`.',
	'reception.lost.refused':
		'Discord siguió rechazando la conexión de voz{detail}. Tráeme de nuevo con `/emotion join`; si se repite, cambia la región del canal.',
	'reception.lost.encryption':
		'No se pudo restablecer el cifrado de extremo a extremo{detail}. Cambia la región del canal y tráeme de nuevo con `/emotion join`.',
	'reception.lost.channel-deleted': 'El canal ya no existe{detail}. Tráeme a otro con `/emotion join`.',
	'reception.lost.removed': 'Me quitaron del servidor{detail}. Invítame otra vez si debo volver.',
	'error.unexpected': 'Eso no funcionó. Es culpa mía, no tuya; el registro del servidor sabe más.',
	'component.forbidden': 'No tienes permiso para hacer eso aquí.',
	'component.gone':
		'Este botón o formulario es de una versión anterior mía y ya no hace nada. Vuelve a usar el comando.',
	'emotion.anger': 'ira',
	'emotion.boredom': 'aburrimiento',
	'emotion.calm': 'calma',
	'emotion.disgust': 'asco',
	'emotion.fear': 'miedo',
	'emotion.happiness': 'alegría',
	'emotion.neutral': 'neutral',
	'emotion.sadness': 'tristeza',
	'emotion.surprise': 'sorpresa',
	'command.consent': 'Aceptar que te escuche, o retirarte',
	'command.consent.give': 'Acepta que el bot te escuche en este servidor',
	'command.consent.withdraw': 'Deja de ser escuchado y borra lo guardado',
	'command.consent.receipt': 'Muestra qué aceptaste y cuándo',
	'command.mood': 'Tu ánimo, que nadie más ve',
	'command.mood.me': 'Tu propio ánimo a lo largo del tiempo',
	'command.privacy': 'Lo que se guarda sobre ti',
	'command.privacy.what': 'Muestra lo que se guarda sobre ti',
	'command.privacy.export': 'Llévate todo lo que se guarda sobre ti',
	'command.privacy.erase': 'Borra todo lo que se guarda sobre ti',
	'command.emotion': 'Configurar el reconocimiento de emociones',
	'command.emotion.join': 'Trae al bot a un canal de voz',
	'command.emotion.join.channel': 'Qué canal; el tuyo si no nombras ninguno',
	'command.emotion.leave': 'Haz que el bot salga',
	'command.emotion.leave.channel': 'Qué canal; el tuyo, o todos, si no nombras ninguno',
	'command.emotion.follow': 'Que el bot entre por sí solo cuando haya en un canal de voz miembros que aceptaron',
	'command.emotion.follow.state': 'Si lo hace o no',
	'command.emotion.follow.members': 'Cuántos de ellos hacen falta',
	'command.emotion.status': 'Qué oye el bot y cómo de bien',
};
