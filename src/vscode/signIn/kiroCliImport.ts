import * as vscode from 'vscode';
import { type Login, methodName } from '../../auth/credentials';
import { timeLimit } from '../../base/async';
import { KiroError } from '../../base/errors';
import { findKiroCliLogins, type KiroCliLogins } from '../../import/kiroCli/kiroCliDatabase';
import type { FoundLogin } from '../../import/kiroCli/kiroCliRows';
import type { ErrorReporter } from '../errorReporter';
import { sentenceFor, withoutMarkup } from '../messages/errorSentences';
import { loginBy } from '../messages/newcomerSentences';
import { fileKinds, kiroCliImportWords, problemSentence } from '../messages/signInDialogs';
import type { Onboarding } from './onboarding';

export interface KiroCliImportDeps {
  onboarding: Onboarding;
  errors: ErrorReporter;
  /** Where Kiro CLI's database may be, the likeliest place first. */
  candidates: () => string[];
  /** Epoch milliseconds. */
  now: () => number;
}

/** Brings the logins of Kiro CLI on this machine into VS Code. The database is only read. */
export class KiroCliImport {
  constructor(private readonly deps: KiroCliImportDeps) {}

  /** The whole way, from the database to a usable account. Throws KiroError. */
  async run(): Promise<void> {
    const found = await this.find(this.deps.candidates());
    if (!found) return;
    for (const problem of found.problems) void vscode.window.showWarningMessage(problemSentence(problem));
    await this.use(found.database, await chooseLogins(found));
  }

  /** The logins that can be used as they are, each by a name for a list. Never rejects: going there says what is wrong. */
  async offers(): Promise<LoginOffer[]> {
    const { candidates, now } = this.deps;
    const reading = findKiroCliLogins(candidates(), { now, signal: timeLimit(offerLimitMs) });
    const found = await reading.catch((error: unknown) => this.deps.errors.note(error));
    if (!found || found.problems.length > 0) return [];
    return found.logins
      .filter(({ isStale }) => !isStale)
      .map((login) => ({
        whose: loginName(login.login),
        use: () => this.use(found.database, [login]),
      }));
  }

  private async use(database: string, chosen: readonly FoundLogin[]): Promise<void> {
    const { onboarding } = this.deps;
    if (chosen.length === 0 || !(await onboarding.acceptNotice())) return;
    await onboarding.addWithProgress(
      ...chosen.map(({ key, login, profileName }) => ({
        login,
        origin: { kind: 'kiro-cli' as const, database, key },
        profileName,
      })),
    );
  }

  private async find(candidates: string[]): Promise<KiroCliLogins | undefined> {
    try {
      return await findKiroCliLogins(candidates, { now: this.deps.now, signal: timeLimit(readLimitMs) });
    } catch (error) {
      if (!(error instanceof KiroError) || error.reason !== 'no-database') throw error;
      this.deps.errors.note(error);
      const { chooseFile } = kiroCliImportWords;
      const chosen = await vscode.window.showErrorMessage(withoutMarkup(sentenceFor(error)), chooseFile);
      const picked = chosen ? await vscode.window.showOpenDialog(databaseDialog) : undefined;
      return picked?.[0] ? await this.find([picked[0].fsPath]) : undefined;
    }
  }
}

/** A login on this machine that is offered in a list. */
export interface LoginOffer {
  /** Its e-mail where it has one, else how it signed in. */
  whose: string;
  /** The whole way, from the login to a usable account. Throws KiroError. */
  use: () => Promise<void>;
}

/** A login by the name that its person knows it by. */
export function loginName({ email, grant }: Login): string {
  return email ?? loginBy(methodName(grant));
}

const readLimitMs = 30_000;
// A list that is asked for may not wait for a database that another program holds.
const offerLimitMs = 2_000;
const databaseDialog: vscode.OpenDialogOptions = {
  ...kiroCliImportWords.dialog,
  filters: fileKinds.sqlite,
};

async function chooseLogins({ logins }: KiroCliLogins): Promise<readonly FoundLogin[]> {
  if (logins.length <= 1) return logins;
  const items = logins.map((found) => ({
    label: methodName(found.login.grant),
    description: found.login.email ?? found.profileName ?? organization(found),
    ...(found.isStale && { detail: kiroCliImportWords.stale }),
    picked: !found.isStale,
    found,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    ...kiroCliImportWords.which,
  });
  return picked?.map((item) => item.found) ?? [];
}

function organization({ login }: FoundLogin): string {
  return login.grant.kind === 'oidc' && login.grant.startUrl ? new URL(login.grant.startUrl).hostname : '';
}
