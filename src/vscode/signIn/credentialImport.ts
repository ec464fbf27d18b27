import { relative } from 'node:path';
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
import { sentenceFor, withoutMarkup } from '../messages/errorSentences';
import {
  apiKeyPrompt,
  apiKeySentences,
  fileImportWords,
  fileKinds,
  pastedTokenSentences,
  problemSentence,
  refreshTokenPrompt,
  unusualPrefix,
} from '../messages/signInDialogs';
import { askForSecret } from '../secretInput';
import { type LoginOffer, loginName } from './kiroCliImport';
import type { Arrivals, Onboarding } from './onboarding';

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

  /** The same login by a name for a list, where it can be used as it is. Never rejects: going there says what is wrong. */
  async kiroIdeOffers(): Promise<LoginOffer[]> {
    const { now, signal } = this.deps.authCall(timeLimit(readLimitMs));
    const reading = readKiroIdeLogin(kiroIdePaths(this.deps.machine), { now, signal });
    const login = await reading.then(
      (found) => found.login,
      () => undefined,
    );
    return login ? [{ whose: loginName(login), use: () => this.kiroIde() }] : [];
  }

  /** The logins of a JSON file, as other programs export them. No file is kept in step but the IDE's own. */
  async file(): Promise<void> {
    const [picked] = (await vscode.window.showOpenDialog(fileDialog)) ?? [];
    if (!picked) return;
    // The IDE's own file is no copy of its login: it is kept in step.
    if (relative(picked.fsPath, kiroIdePaths(this.deps.machine).token) === '') return await this.kiroIde();
    const { logins, problems } = await this.read(picked.fsPath);
    for (const problem of problems) void vscode.window.showWarningMessage(problemSentence(problem));
    const chosen = await chooseLogins(logins);
    if (chosen.length === 0) return;
    if (chosen.some(({ credential }) => credential.kind === 'login'))
      void vscode.window.showInformationMessage(fileImportWords.copied);
    // Each is kept as soon as it is here: redeeming has used up what is in the file.
    await this.add(async function* (call) {
      for (const { where, credential } of chosen) {
        try {
          if (credential.kind === 'login') yield copied(credential.login);
          else yield own(await redeem(credential.candidate, call));
        } catch (error) {
          if (!(error instanceof KiroError) || error.code === 'storage') throw error;
          const failure = withoutMarkup(sentenceFor(error));
          void vscode.window.showWarningMessage(fileImportWords.notImported(where, failure));
        }
      }
    });
  }

  private async read(path: string, passphrase?: string): ReturnType<typeof readCredentialFile> {
    const { now, signal } = this.deps.authCall(timeLimit(readLimitMs));
    try {
      return await readCredentialFile(path, { now, signal, ...(passphrase !== undefined && { passphrase }) });
    } catch (error) {
      if (!(error instanceof KiroError) || error.reason !== 'encrypted') throw error;
      const typed = await askForSecret({ title: fileImportWords.passphrase });
      if (typed === undefined) throw new vscode.CancellationError();
      return await this.read(path, typed);
    }
  }

  /** A Kiro API key, typed or pasted. */
  async apiKey(): Promise<void> {
    const typed = await askForSecret({
      ...apiKeyPrompt,
      placeHolder: 'ksk_…',
      validateInput: (text) => {
        const check = checkApiKey(text);
        return text && check.kind === 'invalid' ? apiKeySentences[check.reason] : undefined;
      },
    });
    if (typed) await this.useApiKey(typed);
  }

  /** A refresh token, typed or pasted. */
  async refreshToken(): Promise<void> {
    const typed = await askForSecret({
      ...refreshTokenPrompt,
      placeHolder: 'aor…',
      validateInput: (text) => {
        const check = checkPastedToken(text);
        if (!text) return undefined;
        if (check.kind === 'invalid') return pastedTokenSentences[check.reason];
        return check.prefix === 'usual' ? undefined : prefixWarning;
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
      await this.add(async function* (call) {
        yield own(await redeemPasted(check.refreshToken, call));
      });
    } else void vscode.window.showErrorMessage(pastedTokenSentences[check.reason]);
  }

  private async add(arrivals: (call: AuthCall) => Arrivals): Promise<void> {
    const { onboarding, authCall } = this.deps;
    if (!(await onboarding.acceptNotice())) return;
    await onboarding.receive((signal) => arrivals(authCall(signal)));
  }
}

const readLimitMs = 10_000;
const prefixWarning: vscode.InputBoxValidationMessage = {
  message: unusualPrefix,
  severity: vscode.InputBoxValidationSeverity.Warning,
};
const fileDialog: vscode.OpenDialogOptions = {
  ...fileImportWords.dialog,
  filters: fileKinds.json,
};

const own = (login: Login): Arrival => ({ login, origin: { kind: 'own' } });
const copied = (login: Login): Arrival => ({ login, origin: { kind: 'own', isCopy: true } });

async function chooseLogins(logins: FileLogin[]): Promise<readonly FileLogin[]> {
  if (logins.length <= 1) return logins;
  const picked = await vscode.window.showQuickPick(
    logins.map((login) => ({ label: login.where, picked: true, login })),
    { canPickMany: true, ...fileImportWords.which },
  );
  return picked?.map(({ login }) => login) ?? [];
}
