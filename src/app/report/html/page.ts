import { createHash } from 'node:crypto';
import { themeDeclarations } from '../../../charts/report-render.ts';
import type { Language } from '../model.ts';
import { html, Markup } from './markup.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#fbfbfc;--card:#fff;--ink:#1b1c1f;--muted:#4a4d55;--line:#dfe2e8;--accent:#2456c7;--soft:#eef2fb;${themeDeclarations('light')}}
@media(prefers-color-scheme:dark){:root{--ground:#131417;--card:#1c1d21;--ink:#f2f3f5;--muted:#b9bbc1;--line:#34363d;--accent:#9dbcff;--soft:#232836;${themeDeclarations('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 "Atkinson Hyperlegible Next",system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
main,header,footer{max-width:1040px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{font-size:clamp(1.5rem,4.5vw,2.1rem);line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:0 0 12px}
.facts{color:var(--muted);margin:0 0 24px}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:22px 24px;margin:0 0 20px}
.summary{background:var(--soft);border-color:transparent}
.summary p{font-size:1.08rem;margin:0}
.summary p+p{margin-top:6px}
figure{margin:0}
svg{display:block;width:100%;height:auto}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:12px 0 0;padding:0;color:var(--muted);font-size:.9rem}
.swatch{display:inline-block;width:.8em;height:.8em;border-radius:3px;margin-right:.4em;vertical-align:-.05em;border:1px solid rgb(127 127 127/.35)}
.scroll{overflow-x:auto}
.scroll:focus-visible,button:focus-visible,summary:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:6px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.95rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;padding:8px 14px 8px 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;color:var(--muted);font-weight:600;font-size:.85rem;white-space:nowrap}
tbody th{font-weight:600}
.detail td{border-top:0;padding-top:0;color:var(--muted)}
.number{text-align:right}
.meter{display:inline-block;width:110px;height:.6em;border-radius:3px;background:var(--line);margin-right:.6em;vertical-align:.05em;overflow:hidden}
.meter i{display:block;height:100%;background:var(--accent)}
.badge{display:inline-grid;place-items:center;min-width:1.7em;height:1.7em;border-radius:1em;background:var(--soft);font-weight:600;font-size:.85em;margin-right:.5em}
button.seek{font:inherit;color:var(--accent);background:none;border:0;padding:0;cursor:pointer;text-decoration:underline;text-underline-offset:3px;font-variant-numeric:tabular-nums;min-height:24px}
audio{width:100%;margin-top:4px}
.hint{color:var(--muted);font-size:.9rem;margin:8px 0 0}
ul.notes{margin:0;padding-left:1.2em}
ul.notes li+li{margin-top:6px}
summary{cursor:pointer}
summary h2{display:inline}
details[open] summary{margin-bottom:12px}
a{color:var(--accent)}
footer{color:var(--muted);font-size:.85rem;padding-bottom:48px}
@media(max-width:640px){main,header,footer{padding-left:14px;padding-right:14px}header{padding-top:24px}section{padding:16px 14px;border-radius:12px}.wide{display:none}.narrow{display:block}.meter{width:40px}table{font-size:.85rem}thead th{white-space:normal;hyphens:auto;font-size:.78rem}th,td{padding-right:8px}.text{min-width:9em}.badge{margin-right:.3em}tbody th:has(.badge){white-space:nowrap}}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--muted:#333;--line:#bbb;--accent:#000;--soft:#f4f4f4;${themeDeclarations('light')}}body{font-size:11pt}section{break-inside:avoid;border-color:#bbb}details{break-inside:auto}.player{display:none}button.seek{text-decoration:none;color:inherit}.wide{display:block}.narrow{display:none}.scroll{overflow:visible}}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`.trim();

/** Jumps in the recording; says so where it is gone; opens what is folded before it is printed. */
const SCRIPT = `
const audio=document.querySelector('audio');
for(const button of document.querySelectorAll('button.seek'))button.addEventListener('click',()=>{if(!audio)return;audio.currentTime=Number(button.dataset.at);audio.play().catch(()=>{})});
if(audio)audio.addEventListener('error',()=>{document.querySelector('#missing').hidden=false;audio.hidden=true});
addEventListener('beforeprint',()=>{for(const each of document.querySelectorAll('details'))each.open=true});
`.trim();

const SCRIPT_HASH = createHash('sha256').update(SCRIPT).digest('base64');

/** Nothing is asked of any network: not by the page, and not by whatever may have got into it. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_HASH}'; media-src 'self' data: file:; img-src data:; base-uri 'none'; form-action 'none'`;

export interface PageOptions {
	readonly language: Language;
	readonly title: string;
	readonly heading: string;
	readonly facts: string;
	readonly sections: readonly Markup[];
	readonly footer: string;
}

/** A page that stands by itself: styles, script and drawings are in it, and it works from a disk. */
export function page({ language, title, heading, facts, sections, footer }: PageOptions): string {
	return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY.replaceAll('"', '&quot;'))}">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header><h1>${heading}</h1><p class="facts">${facts}</p></header>
<main>
${sections.map((section) => html`${section}\n`)}</main>
<footer><p>${footer}</p></footer>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** A part of a page under a heading. */
export function section(id: string, heading: string, content: Markup, style = ''): Markup {
	return html`<section aria-labelledby="${id}" class="${style}"><h2 id="${id}">${heading}</h2>
${content}</section>`;
}
