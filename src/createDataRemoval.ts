import type { RemovalSignal } from './accounts/storage/removalSignal';
import { sealKey } from './accounts/storage/sealedCopies';
import { sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Host } from './host';
import { DataRemoval } from './vscode/accounts/dataRemoval';
import { agentSessionSettings } from './vscode/host/agentSessions';
import { utilitySettings } from './vscode/host/utilityModels';

/** What removes everything that this extension has stored. Loaded when somebody wants that. */
export async function createDataRemoval(
  { context, memento, errors }: Host,
  { store, settle, tokens, copies }: Accounts,
  signal: RemovalSignal,
): Promise<DataRemoval> {
  const { revoke } = await tokens();
  return new DataRemoval({
    accounts: store,
    revoke,
    settle,
    undoSettings: [utilitySettings, agentSessionSettings].map((of) => () => of(memento).undo()),
    memento,
    folder: context.globalStorageUri.fsPath,
    kept: copies ? { secrets: [sealKey], folders: ['copies'] } : { secrets: [], folders: [] },
    signal,
    wait: sleep,
    reportFailure: (error) => errors.note(error),
  });
}
