import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/page.css';
import './style/controls.css';
import './style/sessions.css';
import './style/alerts.css';
import './style/playground.css';
import { render } from 'preact';
import { App } from './views/app.tsx';
import { enter } from './visit.ts';

const root = document.getElementById('app');
if (root) render(<App />, root);
void enter();
