/** Colours may be set from outside: `emotion-feedback { --feedback-accent: … }`. */
const CSS = `
:host {
	--accent: var(--feedback-accent, light-dark(#2d4fc4, #9db4ff));
	--on-accent: var(--feedback-on-accent, light-dark(#ffffff, #11182e));
	--card: var(--feedback-card, light-dark(#ffffff, #1a1f2a));
	--ink: var(--feedback-ink, light-dark(#1b2130, #e9ecf3));
	--quiet: var(--feedback-quiet, light-dark(#545d70, #a4adbf));
	--line: var(--feedback-line, light-dark(#dce0e8, #333c4d));
	--field: light-dark(#f1f3f8, #232a37);
	--bad: light-dark(#a81e08, #ff9a85);
	color-scheme: light dark;
	display: block;
	color: var(--ink);
	font: 16px / 1.45 system-ui, sans-serif;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
h2, h3, p, ul, fieldset { margin: 0; padding: 0; border: 0; }
h2 { font-size: 1.35rem; }
h3 { font-size: 1rem; }
.card, .pill { border: 1px solid var(--line); border-radius: 18px; background: var(--card); }
.card { display: grid; gap: 1.1rem; padding: clamp(1rem, 4vw, 1.6rem); box-shadow: 0 10px 40px #0b10201a; }
.pill { display: flex; gap: 0.6rem; align-items: center; padding: 0.6rem 1rem; color: var(--quiet); font-size: 0.9rem; }
.pill::before { content: ""; flex: none; width: 0.6rem; height: 0.6rem; border-radius: 50%; background: var(--accent); }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.ratings { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0.4rem; }
.rating { position: relative; }
.rating input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.rating span { display: grid; align-content: start; height: 100%; justify-items: center; gap: 0.35rem; padding: 0.6rem 0.1rem; border: 2px solid transparent; border-radius: 14px; background: var(--field); color: var(--quiet); font-size: 0.8rem; line-height: 1.15; text-align: center; }
.rating svg { width: 2.3rem; height: 2.3rem; }
.rim, .mouth { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; }
.eye { fill: currentColor; }
.rating input:hover + span { border-color: var(--line); }
.rating input:checked + span { border-color: var(--accent); background: color-mix(in oklab, var(--accent) 14%, var(--card)); color: var(--ink); font-weight: 600; }
.rating input:focus-visible + span, :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h2:focus-visible { outline: none; }
.heard { display: grid; gap: 0.7rem; padding: 1rem; border-radius: 14px; background: var(--field); }
.shares { display: flex; height: 12px; overflow: hidden; border-radius: 99px; background: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; list-style: none; font-size: 0.9rem; }
.dot { display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.4em; border: 1px solid #0003; border-radius: 50%; }
.moments { display: grid; list-style: none; }
.moments li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.3rem 0.8rem; padding: 0.45rem 0; border-top: 1px solid var(--line); }
.moments time { display: inline-block; min-width: 3.2em; color: var(--quiet); font-variant-numeric: tabular-nums; }
.moments li.is-corrected .word { text-decoration: line-through; color: var(--quiet); }
.moments label { display: flex; gap: 0.5rem; align-items: center; color: var(--quiet); font-size: 0.85rem; }
select, textarea, button { min-height: 2.4rem; padding: 0.35rem 0.7rem; border: 1px solid var(--quiet); border-radius: 10px; background: var(--card); color: var(--ink); font: inherit; }
textarea { width: 100%; margin-top: 0.3rem; resize: vertical; }
.check { display: flex; gap: 0.6rem; align-items: flex-start; }
.check input { flex: none; width: 1.15rem; height: 1.15rem; margin: 0.2rem 0 0; accent-color: var(--accent); }
summary { cursor: pointer; color: var(--quiet); font-size: 0.9rem; }
pre { margin: 0.5rem 0 0; padding: 0.8rem; overflow-x: auto; border-radius: 10px; background: var(--field); font: 0.8rem / 1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
button { padding-inline: 1.2rem; border-color: var(--line); background: var(--field); font-weight: 600; cursor: pointer; }
button.is-main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button:disabled { opacity: 0.6; cursor: default; }
.problem { color: var(--bad); font-weight: 600; }
.problem:empty { display: none; }
`;

/** Built by script: a policy without inline styles has nothing against it. */
export const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
