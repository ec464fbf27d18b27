import { KiroError } from '../base/errors';
import { modelCalled } from '../kiro/account/aliases';
import type { Model } from '../kiro/account/models';
import { type Check, type Finding, ok, problem } from './examination';

/** A setting as the manifest declares it; as much of JSON Schema as our settings use. */
export interface DeclaredSetting {
  type: string | readonly string[];
  default?: unknown;
  enum?: readonly unknown[] | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
}

export type SettingSource = 'default' | 'user' | 'machine' | 'environment';

/** A setting, what is in force, and who says so. */
export interface SettingState {
  /** Without the prefix. */
  name: string;
  value: unknown;
  source: SettingSource;
  /** The variable that says it. */
  variable?: string | undefined;
  declared: DeclaredSetting;
  /** What stands where a person writes settings, if anything does. */
  written: unknown;
  /** Variables that are set, and mean nothing. */
  unread: readonly string[];
}

export type SettingFact =
  | { kind: 'settings'; changed: number }
  | { kind: 'bad-setting'; name: string }
  | { kind: 'dead-alias'; name: string }
  | { kind: 'bad-variable'; name: string };

/** Whether what is set can be used, and not merely passed over. */
export function settingChecks(
  settings: () => SettingState[],
  endpoints: () => unknown,
  /** The person's own names for models that lead to none of the active account's. */
  deadAliases: () => Promise<string[]>,
): Check[] {
  return [
    {
      id: 'settings',
      run: async () => settingFindings(settings(), endpoints, await deadAliases()),
    },
  ];
}

function settingFindings(
  all: readonly SettingState[],
  endpoints: () => unknown,
  deadAliases: readonly string[],
): Finding[] {
  const unfit = all.filter(({ written, declared }) => written !== undefined && !fits(written, declared));
  const names = [...unfit.map(({ name }) => name), ...(isUnsafe(endpoints) ? ['endpoints'] : [])];
  const changed = all.filter(({ source }) => source !== 'default').length;
  const findings = [
    ...[...new Set(names)].map((name) => problem({ kind: 'bad-setting', name })),
    ...deadAliases.map((name) => problem({ kind: 'dead-alias', name })),
    ...all.flatMap(({ unread }) => unread.map((name) => problem({ kind: 'bad-variable', name }))),
  ];
  return findings.length > 0 ? findings : [ok({ kind: 'settings', changed })];
}

/** The person's own names that lead to no model of these. */
export function deadAliases(models: readonly Model[], own: Readonly<Record<string, string>>): string[] {
  return Object.keys(own).filter((name) => !modelCalled(name, models, own));
}

/** Whether a value is one that the setting takes; what is not is passed over, or put within its limits, without a word. */
export function fits(value: unknown, { type, enum: choices, minimum, maximum }: DeclaredSetting): boolean {
  if (![type].flat().includes(typeOf(value))) return false;
  if (choices && !choices.includes(value)) return false;
  if (typeof value !== 'number') return true;
  return value >= (minimum ?? value) && value <= (maximum ?? value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isUnsafe(endpoints: () => unknown): boolean {
  try {
    endpoints();
    return false;
  } catch (error) {
    if (error instanceof KiroError && error.reason === 'bad-endpoint') return true;
    throw error;
  }
}
