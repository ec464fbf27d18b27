import type * as vscode from 'vscode';
import type { SpentTokens } from './auth/spentTokens';
import type { AuthCall } from './auth/tokenEndpoint';
import type { Http } from './base/http';
import type { Machine } from './import/paths';
import type { ErrorReporter } from './vscode/errorReporter';
import type { Settings } from './vscode/settings';

/** What the process and VS Code give. `extension.ts` gathers it; whoever builds objects hands on what each one needs. */
export interface Host {
  context: Omit<vscode.ExtensionContext, 'globalState'>;
  /** What is kept over restarts and is no secret. */
  memento: vscode.Memento;
  log: vscode.LogOutputChannel;
  settings: Settings;
  errors: ErrorReporter;
  http: Http;
  /** What a call to a sign-in service needs. */
  authCall: (signal: AbortSignal) => AuthCall;
  /** Refresh tokens that are not sent again. */
  spent: SpentTokens;
  machine: Machine;
  /** Whether this window is a page in a browser. */
  isPage: boolean;
  /** Whether this window is on another machine than the desktop it is shown on. */
  isRemote: boolean;
  /** Epoch milliseconds. */
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
}
