import * as vscode from 'vscode';

const acceptedKey = 'kiroModels.noticeAccepted';

/** Says once, before the first sign-in or import, what this extension is and is not. True where the person goes on. */
export async function acceptFirstUseNotice(memento: vscode.Memento): Promise<boolean> {
  if (memento.get(acceptedKey) === true) return true;
  const chosen = await vscode.window.showInformationMessage(
    'Use your Kiro account with this unofficial extension?',
    {
      modal: true,
      detail:
        'Kiro Models for Chat is not made, endorsed, or supported by AWS. It uses your own Kiro account and spends its credits. ' +
        'Kiro’s terms may not cover third-party clients: whether you may use it is for you, or your organization, to decide.',
    },
    'Continue',
  );
  if (!chosen) return false;
  await memento.update(acceptedKey, true);
  return true;
}
