import * as vscode from 'vscode';
import { KiroError } from '../base/errors';
import type { Logger } from '../base/logger';
import { redactStack } from '../base/redact';
import {
  bugSentence,
  fullSentenceFor,
  isWithoutAccount,
  type Remedy,
  remediesFor,
  sentenceFor,
  showLog,
  withoutMarkup,
} from './messages/errorSentences';
import { escaped } from './messages/usageWords';
import { openPage } from './signIn/browser';

/** Tells people about errors: once at a time each, in words, with the button that helps. */
export class ErrorReporter {
  private readonly showing = new Set<string>();

  constructor(private readonly logger: Logger) {}

  /** Shows a failure of something the person did. Anything but a KiroError is a bug, and said to be one. */
  async show(error: unknown): Promise<void> {
    if (error instanceof vscode.CancellationError) return;
    this.note(error);
    if (error instanceof KiroError) return await this.message(fullSentenceFor(error), remediesFor(error));
    await this.message(bugSentence, [showLog]);
  }

  /**
   * The error to throw out of a chat request: our sentence and nothing else, because the chat view prints whatever
   * stack there is. Where a button helps and the person was not `told` yet, a notification offers it, since the chat
   * view shows no buttons of ours.
   */
  forChat(error: KiroError, told: 'told' | 'news' = 'news'): Error {
    this.note(error);
    const remedies = remediesFor(error);
    const isTold = told === 'told' || isToldOfAccount(error);
    if (remedies.length > 0 && !isTold) void this.message(sentenceFor(error), remedies);
    const thrown = new Error(fullSentenceFor(error, escaped));
    thrown.name = error.name;
    thrown.stack = '';
    return thrown;
  }

  /** For the log only: what happened behind the person's back and needs nothing from them. */
  note(error: unknown): void {
    if (!(error instanceof KiroError)) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.logger.error(`Unexpected: ${redactStack(stack)}`);
      return;
    }
    const facts = [error.message, error.detail, error.requestId && `request ${error.requestId}`];
    this.logger.warn(facts.filter(Boolean).join('; '));
    if (error.repro) this.logger.warn(`The refused request: ${error.repro}`);
  }

  private async message(sentence: string, remedies: readonly Remedy[]): Promise<void> {
    // Said before the remedy begins, which may meet the same failure and has to say so again.
    const labels = remedies.map(({ label }) => label);
    const chosen = await this.once(withoutMarkup(sentence), labels);
    const remedy = remedies.find(({ label }) => label === chosen);
    if (!remedy) return;
    if ('page' in remedy) await openPage(remedy.page);
    else await vscode.commands.executeCommand(remedy.command);
  }

  private async once(text: string, buttons: string[]): Promise<string | undefined> {
    if (this.showing.has(text)) return undefined;
    this.showing.add(text);
    try {
      return await vscode.window.showErrorMessage(text, ...buttons);
    } finally {
      this.showing.delete(text);
    }
  }
}

// The end of a login is told once, when it happens, with the account's name (see `AccountNotices`).
function isToldOfAccount(error: KiroError): boolean {
  return error.code === 'registration-expired' || (error.code === 'signed-out' && !isWithoutAccount(error));
}
