import * as vscode from 'vscode';
import type { Account } from '../accounts/account';
import type { AccountStore } from '../accounts/accountStore';
import { methodName } from '../auth/credentials';
import { KiroError } from '../base/errors';
import type { Catalogue } from '../kiro/catalogue';
import type { Management } from '../kiro/management';
import { findKiroCliLogins, type KiroCliLogins } from '../sources/kiroCliDatabase';
import type { FoundLogin } from '../sources/kiroCliRows';
import { nextStep } from './chatReadiness';
import type { Failures } from './failures';
import { problemSentence, sentenceFor, withoutMarkup } from './notify';

export interface ImportParts {
  accounts: AccountStore;
  management: Management;
  catalogue: Catalogue;
  failures: Failures;
  /** Where Kiro CLI's database may be, the likeliest place first. */
  databaseCandidates: () => string[];
  /** Shows the notice of the first sign-in; false where the person declines. */
  acceptNotice: () => Promise<boolean>;
  /** What an account needs in the editor once it is there. */
  afterFirstAccount: () => Promise<void>;
}

/** Brings the logins of Kiro CLI on this machine into VS Code. The database is only read. */
export class KiroCliImport {
  constructor(private readonly parts: ImportParts) {}

  /** The whole way, from the database to a usable account. Failures are shown, not thrown. */
  async run(): Promise<void> {
    try {
      const found = await this.find(this.parts.databaseCandidates());
      if (!found) return;
      const chosen = await chooseLogins(found);
      for (const problem of found.problems) void vscode.window.showWarningMessage(problemSentence(problem));
      if (chosen.length === 0 || !(await this.parts.acceptNotice())) return;
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Importing from Kiro CLI…' },
        async () => {
          for (const login of chosen) await this.add(found.database, login);
        },
      );
    } catch (error) {
      await this.parts.failures.show(error);
    }
  }

  private async find(candidates: string[]): Promise<KiroCliLogins | undefined> {
    try {
      return await findKiroCliLogins(candidates, { signal: AbortSignal.timeout(readLimitMs) });
    } catch (error) {
      if (!(error instanceof KiroError) || error.reason !== 'no-database') throw error;
      this.parts.failures.note(error);
      const chosen = await vscode.window.showErrorMessage(withoutMarkup(sentenceFor(error)), chooseFile);
      const picked = chosen && (await vscode.window.showOpenDialog(databaseDialog));
      return picked?.[0] ? await this.find([picked[0].fsPath]) : undefined;
    }
  }

  private async add(database: string, { key, login, profileName }: FoundLogin): Promise<void> {
    const { accounts, failures } = this.parts;
    const { account, outcome } = await accounts.add({
      login,
      origin: { kind: 'kiro-cli', database, key },
      profileName,
    });
    try {
      const known = await this.getToKnow(account);
      this.sayReady(known, outcome).catch((error: unknown) => failures.show(error));
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      if (outcome === 'added' && isEnded(error)) {
        // A login that ended before it came to us is no account: keeping it would only fail later.
        await accounts.remove(account.id);
        throw error;
      }
      failures.note(error);
      void vscode.window.showWarningMessage(
        `${account.label} was imported, but not everything about it could be read. ${withoutMarkup(sentenceFor(error))}`,
      );
    }
    await this.parts.afterFirstAccount();
  }

  /** Finds out the account's profile, person, plan and models. */
  private async getToKnow(account: Account): Promise<{ account: Account; plan: string | undefined }> {
    const { accounts, management, catalogue } = this.parts;
    const asker = { accountId: account.id, signal: AbortSignal.timeout(getToKnowLimitMs) };
    if (!account.profileArn && account.grant.kind !== 'apiKey') {
      const profile = await chooseProfile(account, await management.profiles(asker));
      if (profile)
        await accounts.describe(account.id, { profileArn: profile.arn, profileName: profile.name });
    }
    const { email, userId, plan } = await management.identity(asker);
    // May turn out to be an account that is here already: then that one goes on.
    const known = (await accounts.describe(account.id, { email, userId })) ?? account;
    await catalogue.refresh(known, asker.signal);
    return { account: known, plan };
  }

  private async sayReady(
    { account, plan }: { account: Account; plan: string | undefined },
    outcome: 'added' | 'updated',
  ): Promise<void> {
    const facts = [methodName(account.grant), plan].filter(Boolean).join(', ');
    const what = outcome === 'added' ? 'is ready' : 'was updated';
    const next = nextStep();
    const chosen = await vscode.window.showInformationMessage(
      `${account.label} (${facts}) ${what}. ${next.sentence}`,
      next.button,
    );
    if (chosen) await next.take();
  }
}

const readLimitMs = 30_000;
const getToKnowLimitMs = 60_000;
const chooseFile = 'Choose File…';
const databaseDialog: vscode.OpenDialogOptions = {
  title: 'Kiro CLI’s database',
  openLabel: 'Import',
  filters: { 'SQLite databases': ['sqlite3', 'sqlite', 'db'], 'All files': ['*'] },
};

function isEnded(error: KiroError): boolean {
  return ['signed-out', 'registration-expired', 'token-rejected'].includes(error.code);
}

async function chooseLogins({ logins }: KiroCliLogins): Promise<readonly FoundLogin[]> {
  if (logins.length <= 1) return logins;
  const items = logins.map((found) => ({
    label: methodName(found.login.grant),
    description: found.login.email ?? found.profileName ?? organization(found),
    picked: true,
    found,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: 'Import from Kiro CLI',
    placeHolder: 'Which logins do you want to use here?',
  });
  return picked?.map((item) => item.found) ?? [];
}

function organization({ login }: FoundLogin): string {
  return login.grant.kind === 'oidc' && login.grant.startUrl ? new URL(login.grant.startUrl).hostname : '';
}

async function chooseProfile(account: Account, profiles: { arn: string; name: string }[]) {
  if (profiles.length <= 1) return profiles[0];
  const picked = await vscode.window.showQuickPick(
    profiles.map((profile) => ({
      label: profile.name,
      description: profile.arn.split(':')[3] ?? '',
      profile,
    })),
    {
      title: `Kiro profile for ${account.label}`,
      placeHolder: 'Which profile shall be used?',
      ignoreFocusOut: true,
    },
  );
  return picked?.profile;
}
