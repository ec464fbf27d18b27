import * as vscode from 'vscode';

/**
 * Work shown as a notification with a Cancel button; `say` tells how far it is. Cancelling aborts the signal and rejects
 * with a `CancellationError`, whatever the work makes of the abort.
 */
export async function cancellable<T>(
  title: string,
  work: (signal: AbortSignal, say: (message: string) => void) => Promise<T>,
): Promise<T> {
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => controller.abort());
      try {
        return await work(controller.signal, (message) => progress.report({ message }));
      } catch (error) {
        throw token.isCancellationRequested ? new vscode.CancellationError() : error;
      } finally {
        subscription.dispose();
      }
    },
  );
}
