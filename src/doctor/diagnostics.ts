import { redactPersonal } from '../base/redact';
import type { State } from './examination';
import type { SettingState } from './settingChecks';

/** What was found, in words, for one reader or another. */
export interface Section {
  title: string;
  rows: readonly { title: string; state: State | 'looking'; text: string }[];
}

/** What an issue begins with. */
export type Environment = Readonly<Record<string, string>>;

const marks: Readonly<Record<State | 'looking', string>> = { ok: '✓', problem: '✗', none: '–', looking: '…' };

/**
 * All of it in Markdown, ready for an issue: no token, address, account number or path is in it, whatever the service or the
 * system said.
 */
export function diagnosticsOf(
  environment: Environment,
  sections: readonly Section[],
  settings: readonly SettingState[],
): string {
  const facts = Object.entries(environment).map(([name, value]) => `- ${name}: ${value}`);
  const found = sections.map(({ title, rows }) => {
    const lines = rows.map((row) => `| ${marks[row.state]} | ${cell(row.title)} | ${cell(row.text)} |`);
    return [`#### ${title}`, '', '| | | |', '|---|---|---|', ...lines].join('\n');
  });
  const changed = settings
    .filter(({ source }) => source !== 'default')
    .map((setting) => `- kiroModels.${setting.name}: ${shownValue(setting)} (${sourceOf(setting)})`);
  const parts = [
    '### Kiro diagnostics',
    facts.join('\n'),
    ...found,
    ['#### Settings that are not the default', '', ...(changed.length ? changed : ['None.'])].join('\n'),
  ];
  return redactPersonal(`${parts.join('\n\n')}\n`);
}

/** Only what is one of a few, a number or a switch; the rest is a person's own. */
function shownValue({ value, declared }: SettingState): string {
  const isOneOfFew = typeof value !== 'string' || declared.enum?.includes(value);
  return isOneOfFew && typeof value !== 'object' ? String(value) : 'set';
}

/** Who says what is in force. */
export function sourceOf({ source, variable }: SettingState): string {
  return variable === undefined ? source : `${source}, ${variable}`;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
