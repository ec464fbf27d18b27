import { type Html, html } from '../base/page/html';
import { pageDocument } from '../base/page/pageDocument';
import { listed, sentences, t } from '../base/words/l10n';
import type { CheckId, State } from './examination';
import type { SettingState } from './settingChecks';

/** One line of the page. */
export interface DoctorRow {
  title: string;
  state: State | 'looking';
  text: string;
  /** What the button beside it says, and what it asks for. */
  fix?: { label: string; of: string } | undefined;
}

/** What the page shows at a moment. */
export interface DoctorPage {
  sections: readonly { title: string; checks: readonly { id: CheckId; rows: readonly DoctorRow[] }[] }[];
  settings: readonly SettingState[];
  progress: Progress;
  test: DoctorRow;
}

export interface Progress {
  isRunning: boolean;
  done: number;
  all: number;
  problems: number;
}

/** The whole document. `nonce` is what its one style and its one script are known by. */
export function doctorDocument(page: DoctorPage, nonce: string): string {
  const sections = page.sections.map(
    ({ title, checks }) =>
      html`<section><h2>${title}</h2>${checks.map(({ id, rows }) => html`<ul class="rows" id="${checkElement(id)}">${rowsHtml(rows)}</ul>`)}</section>`,
  );
  const body = html`<main><header><h1>${t('Kiro Doctor')}</h1><span class="buttons" id="buttons">${buttonsHtml(page.progress)}</span></header>
    <p class="note" id="status" role="status">${statusText(page.progress)}</p>${sections}
    <details><summary>${t('Where each setting’s value comes from')}</summary><div class="scroll" tabindex="0" role="region" aria-label="${t('Settings')}" id="settings">${settingsTable(page.settings)}</div></details>
    <section><h2>${t('Test message')}</h2><ul class="rows" id="test">${rowsHtml([page.test])}</ul></section></main>`;
  return pageDocument({ title: t('Kiro Doctor'), style: doctorStyle, body }, nonce);
}

/** The id of the element that has a check's rows. */
export const checkElement = (id: CheckId): string => `check-${id}`;

export function rowsHtml(rows: readonly DoctorRow[]): Html {
  return html`${rows.map(
    ({ title, state, text, fix }) =>
      html`<li class="row"><span class="mark ${state}" role="img" aria-label="${stateNames[state]}">${icons[state]}</span><span class="title">${title}</span><span class="text">${text}</span>${fix ? html`<button data-ask="fix" data-of="${fix.of}" aria-label="${fix.label}: ${title}">${fix.label}</button>` : undefined}</li>`,
  )}`;
}

export function buttonsHtml({ isRunning }: Progress): Html {
  const first = isRunning
    ? html`<button data-ask="stop">${t('Stop')}</button>`
    : html`<button data-ask="run">${t('Run Again')}</button>`;
  return html`${first}<button data-ask="copy">${t('Copy Diagnostics')}</button>`;
}

export function statusText({ isRunning, done, all, problems }: Progress): string {
  const found = problems === 1 ? t('1 problem found.') : t('{0} problems found.', problems);
  if (isRunning) return sentences(t('Looking… {0} of {1} done.', done, all), found);
  return problems === 0 ? t('Everything that was looked at is fine.') : found;
}

const stateNames: Readonly<Record<DoctorRow['state'], string>> = {
  ok: t('OK'),
  problem: t('Problem'),
  none: t('Not applicable'),
  looking: t('Looking'),
};

const icon = (path: string) => html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
const icons: Readonly<Record<DoctorRow['state'], Html>> = {
  ok: icon('M3 8.5l3.5 3.5L13 4.5'),
  problem: icon('M4 4l8 8M12 4l-8 8'),
  none: icon('M4 8h8'),
  looking: icon('M8 2a6 6 0 1 1-6 6'),
};

/** Each setting, what is in force, and who says so. */
export function settingsTable(settings: readonly SettingState[]): Html {
  const rows = settings.map(
    (setting) =>
      html`<tr><th scope="row">kiroModels.${setting.name}</th><td>${valueText(setting.value)}</td><td>${sourceText(setting)}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col">${t('Setting')}</th><th scope="col">${t('Value')}</th><th scope="col">${t('From')}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const sourceNames: Readonly<Record<SettingState['source'], string>> = {
  default: t('default'),
  user: t('user'),
  machine: t('machine'),
  environment: t('environment'),
};

function sourceText({ source, variable }: SettingState): string {
  return variable === undefined ? sourceNames[source] : listed([sourceNames[source], variable]);
}

function valueText(value: unknown): string {
  if (value === undefined || value === null || value === '') return t('(empty)');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const doctorStyle = `
.rows { list-style: none; margin: 0; padding: 0; }
.row { display: grid; grid-template-columns: 16px 190px 1fr auto; align-items: baseline; gap: 4px 12px; padding: 6px 0; border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
.row .title { font-weight: 600; overflow-wrap: anywhere; }
.row .text { overflow-wrap: anywhere; }
@media (max-width: 640px) {
  .row { grid-template-columns: 16px 1fr auto; }
  .row .text { grid-area: 2 / 2 / 3 / 4; }
}
.mark { width: 16px; height: 16px; }
.mark svg { width: 16px; height: 16px; vertical-align: -3px; }
.mark path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.ok { color: var(--vscode-testing-iconPassed, var(--vscode-charts-green)); }
.problem { color: var(--vscode-testing-iconFailed, var(--vscode-errorForeground)); }
.none, .looking { color: var(--vscode-descriptionForeground); }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--vscode-textLink-foreground); }
.scroll { overflow: auto; max-height: 420px; margin-top: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 8px; text-align: left; font-weight: 400; overflow-wrap: anywhere; }
thead th { font-weight: 600; position: sticky; top: 0; background: var(--vscode-editor-background); }
tbody tr { border-top: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent)); }
`;
