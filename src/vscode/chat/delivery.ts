import type * as vscode from 'vscode';
import { sleep } from '../../base/async';
import type { ReplyPart } from '../../kiro/chat/conversation';
import { toResponsePart } from './responseParts';

/**
 * Longer than the host takes to hand a part on to the chat. It collects parts for 30 ms and sends them through two
 * processes, and an error that catches up with them on the way makes it drop those that nobody has taken yet.
 */
const handingOnMs = 250;

/** Reports the parts of one answer to the host. */
export class Delivery {
  /** Whether the host has any part of the answer. */
  hasReported = false;

  constructor(private readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>) {}

  report(part: ReplyPart): void {
    const shown = toResponsePart(part);
    if (!shown) return;
    this.progress.report(shown);
    this.hasReported = true;
  }

  /** Settles when what was reported has arrived, so that an error comes after it and not instead of it; at once on abort. */
  async arrived(signal: AbortSignal): Promise<void> {
    if (!this.hasReported) return;
    try {
      await sleep(handingOnMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
