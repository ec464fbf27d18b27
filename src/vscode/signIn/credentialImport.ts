import * as vscode from 'vscode';
import type { Arrival } from '../../accounts/storage/changes';
import type { Login } from '../../auth/credentials';
import { checkApiKey, checkPastedToken } from '../../auth/pastedCredentials';
import { redeem, redeemPasted } from '../../auth/refresh';
import type { AuthCall } from '../../auth/tokenEndpoint';
import { timeLimit } from '../../base/async';
import { KiroError } from '../../base/errors';
import { type FileLogin, readCredentialFile } from '../../import/credentialFile';
import { type CredentialVariable, credentialInEnvironment } from '../../import/detectSources';
import { readKiroIdeLogin } from '../../import/kiroIde/kiroIdeFiles';
import { kiroIdePaths, type Machine } from '../../import/paths';
import { apiKeySentences, pastedTokenSentences, problemSentence } from '../messages/signInSentences';
import type { Onboarding } from './onboarding';

export interface CredentialImportDeps {
  onboarding: Onboarding;
  authCall: (signal: AbortSignal) => AuthCall;
  machine: Machine;
}

/** The methods that bring a credential along instead of asking for a sign-in. Each throws KiroError. */
export class CredentialImport {
  constructor(private readonly deps: CredentialImportDeps) {}

  /** The Kiro IDE's login on this machine. Shared with the IDE from then on. */
  async kiroIde(): Promise<void> {
    const { machine } = this.deps;
    const paths = kiroIdePaths(machine);
    const { now, signal } = this.deps.authCall(timeLimit(readLimitMs));
    const { login, file, profileName, problems } = await readKiroIdeLogin(paths, { now, signal });
    for (const problem of problems) void vscode.window.showWarningMessage(problemSentence(problem));
    if (login) await this.add(() => [{ login, origin: { kind: 'kiro-ide', file }, profileName }]);
  }

  /** The logins of a JSON file, as other programs export them. They become our own: no file is kept in step. */
  async file(): Promise<void> {
    const [picked] = (await vscode.window.showOpenDialog(fileDialog)) ?? [];
    if (!picked) return;
    const { logins, problems } = await this.read(picked.fsPath);
    for (const problem of problems) void vscode.window.showWarningMessage(problemSentence(problem));
    const chosen = await chooseLogins(logins);
    if (chosen.length === 0) return;
    await this.add(async (call) => {
      const arrivals: Arrival[] = [];
      for (const { credential } of chosen) {
        const login =
          credential.kind === 'login' ? credential.login : await redeem(credential.candidate, call);
        arrivals.push(own(login));
      }
      return arrivals;
    });
  }

  private async read(path: string, passphrase?: string): ReturnType<typeof readCredentialFile> {
    const { now, signal } = this.deps.authCall(timeLimit(readLimitMs));
    try {
      return await readCredentialFile(path, { now, signal, ...(passphrase !== undefined && { passphrase }) });
    } catch (error) {
      if (!(error instanceof KiroError) || error.reason !== 'encrypted') throw error;
      const typed = await vscode.window.showInputBox({
        title: 'Passphrase of the exported file',
        password: true,
        ignoreFocusOut: true,
      });
      if (typed === undefined) throw new vscode.CancellationError();
      return await this.read(path, typed);
    }
  }

  /** A Kiro API key, typed or pasted. */
  async apiKey(): Promise<void> {
    const typed = await vscode.window.showInputBox({
      title: 'Kiro API key',
      prompt: 'Create one in your Kiro account’s settings. It is kept in VS Code’s secret storage.',
      placeHolder: 'ksk_…',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => {
        const check = checkApiKey(text);
        return text && check.kind === 'invalid' ? apiKeySentences[check.reason] : undefined;
      },
    });
    if (typed) await this.useApiKey(typed);
  }

  /** A refresh token, typed or pasted. */
  async refreshToken(): Promise<void> {
    const typed = await vscode.window.showInputBox({
      title: 'Refresh token of a Google or GitHub sign-in',
      prompt: 'Using it here makes it invalid for the program it came from.',
      placeHolder: 'aor…',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => {
        const check = checkPastedToken(text);
        if (!text) return undefined;
        if (check.kind === 'invalid') return pastedTokenSentences[check.reason];
        return check.prefix === 'usual' ? undefined : unusualPrefix;
      },
    });
    if (typed) await this.useRefreshToken(typed);
  }

  /** The credential in an environment variable of this machine. */
  async environment(variable: CredentialVariable): Promise<void> {
    const text = credentialInEnvironment(this.deps.machine, variable) ?? '';
    if (variable === 'KIRO_API_KEY') await this.useApiKey(text);
    else await this.useRefreshToken(text);
  }

  private async useApiKey(text: string): Promise<void> {
    const check = checkApiKey(text);
    if (check.kind === 'ok') await this.add(() => [own(check.login)]);
    else void vscode.window.showErrorMessage(apiKeySentences[check.reason]);
  }

  private async useRefreshToken(text: string): Promise<void> {
    const check = checkPastedToken(text);
    if (check.kind === 'ok') {
      await this.add(async (call) => [own(await redeemPasted(check.refreshToken, call))]);
    } else void vscode.window.showErrorMessage(pastedTokenSentences[check.reason]);
  }

  private async add(arrivals: (call: AuthCall) => Arrival[] | Promise<Arrival[]>): Promise<void> {
    const { onboarding, authCall } = this.deps;
    if (!(await onboarding.acceptNotice())) return;
    await onboarding.receive(async (signal) => arrivals(authCall(signal)));
  }
}

const readLimitMs = 10_000;
const unusualPrefix: vscode.InputBoxValidationMessage = {
  message: 'Kiro’s refresh tokens usually begin with aor. You can still try this one.',
  severity: vscode.InputBoxValidationSeverity.Warning,
};
const fileDialog: vscode.OpenDialogOptions = {
  title: 'Select a File with Kiro Logins',
  openLabel: 'Import',
  filters: { JSON: ['json'], 'All files': ['*'] },
};

const own = (login: Login): Arrival => ({ login, origin: { kind: 'own' } });

async function chooseLogins(logins: FileLogin[]): Promise<readonly FileLogin[]> {
  if (logins.length <= 1) return logins;
  const picked = await vscode.window.showQuickPick(
    logins.map((login) => ({ label: login.where, picked: true, login })),
    { canPickMany: true, title: 'Import from JSON File', placeHolder: 'Select the logins to import' },
  );
  return picked?.map(({ login }) => login) ?? [];
}
