/**
 * What may be wrong, looked at all at once: each module beside this one has the checks of one kind, this one runs them. A
 * check finds facts; what they mean to a person, and which button helps, stands in `vscode/messages`.
 */
import type { Account } from '../accounts/account';
import { orAborted, timeLimit } from '../base/async';
import { KiroError } from '../base/errors';
import type { EditorFact } from './editorChecks';
import type { SettingFact } from './settingChecks';

/** Everything that is looked at, in the order in which it is shown. */
export const checkIds = {
  machine: ['kiro-cli', 'kiro-cli-database', 'sqlite', 'secrets', 'windows'],
  accounts: ['accounts'],
  connection: ['clock', 'runtime', 'management', 'oidc', 'social', 'portal'],
  service: ['token', 'profile', 'region', 'catalog'],
  editor: ['host-version', 'chat', 'group', 'models', 'agent-sessions', 'neighbors', 'trust', 'side'],
  settings: ['settings'],
} as const;

export type CheckGroup = keyof typeof checkIds;
export type CheckId = (typeof checkIds)[CheckGroup][number];

/** A tick, a cross, or a dash: what was not looked at, or is nothing that has to be there. */
export type State = 'ok' | 'problem' | 'none';

/** What a check found. Labels, paths and hosts are for the person alone; see `vscode/messages/doctorWords`. */
export type Fact =
  | { kind: 'failed'; error: KiroError }
  | { kind: 'late' | 'stopped' | 'bug' }
  | { kind: 'no-account' | 'accounts-unknown' }
  | { kind: 'cli-found' | 'cli-not-where-named'; path: string }
  | { kind: 'cli-absent' | 'cli-nothing' | 'cli-signed-out' }
  | { kind: 'cli-logins'; count: number }
  | { kind: 'sqlite'; driver: string }
  | { kind: 'secrets' | 'windows' | 'windows-apart' | 'windows-unheard' }
  | { kind: 'secrets-broken'; step: 'write' | 'read' | 'delete' }
  | { kind: 'accounts'; count: number }
  | { kind: 'account'; account: Account }
  | { kind: 'clock'; offMs: number }
  | { kind: 'clock-unknown' }
  | { kind: 'reached'; host: string; isOverride: boolean; ms: number; others: readonly HostFailure[] }
  | { kind: 'unreached'; isOverride: boolean; failures: readonly HostFailure[] }
  | { kind: 'token'; expiresAt: number | undefined }
  | { kind: 'profile' | 'profile-needless' | 'profile-missing' | 'profile-gone' }
  | { kind: 'region'; region: string; from: 'profile' | 'setting' }
  | { kind: 'region-unpublished'; region: string }
  | { kind: 'catalog'; count: number }
  | EditorFact
  | SettingFact;

/** A host that does not answer, and why: a system's code, an HTTP status of somebody in between, or `timeout`. */
export interface HostFailure {
  host: string;
  why: string;
}

export interface Finding {
  state: State;
  fact: Fact;
}

/** One thing to look at. What it throws is what it found. */
export interface Check {
  id: CheckId;
  run: (signal: AbortSignal) => Promise<Finding | Finding[]>;
}

export interface ExaminationOptions {
  /** A person stops it. */
  signal: AbortSignal;
  /** After so many milliseconds, what has not come to its end is a finding itself. */
  limitMs: number;
  /** Told of each check as soon as it is done. */
  report: (id: CheckId, findings: Finding[]) => void;
  /** Told of what no check may throw. */
  onBug: (error: unknown) => void;
}

/** Runs all checks at once, and settles when each of them has been reported, within its limit. */
export async function examine(checks: readonly Check[], options: ExaminationOptions): Promise<void> {
  const { signal, report, onBug } = options;
  const limit = timeLimit(options.limitMs);
  const ended = AbortSignal.any([signal, limit]);
  const look = async ({ id, run }: Check) => {
    try {
      report(id, [await orAborted(run(ended), ended)].flat());
    } catch (error) {
      if (signal.aborted) report(id, [none({ kind: 'stopped' })]);
      else if (limit.aborted) report(id, [problem({ kind: 'late' })]);
      else if (error instanceof KiroError) report(id, [failed(error)]);
      else {
        onBug(error);
        report(id, [problem({ kind: 'bug' })]);
      }
    }
  };
  await Promise.all(checks.map(look));
}

export const ok = (fact: Fact): Finding => ({ state: 'ok', fact });
export const problem = (fact: Fact): Finding => ({ state: 'problem', fact });
export const none = (fact: Fact): Finding => ({ state: 'none', fact });

function failed(error: KiroError): Finding {
  const isWithoutAccount = error.code === 'signed-out' && error.reason === 'no-account';
  return isWithoutAccount ? none({ kind: 'no-account' }) : problem({ kind: 'failed', error });
}
