import { commands, extensions, lm } from 'vscode';

/** Runs in the window of `npm start`: takes whoever opens it to a chat with the models of the imported account. */
export async function activate(): Promise<void> {
  if (!extensions.getExtension('GitHub.copilot-chat')) {
    // Opening the list of models is what turns the chat on in a profile that never had it.
    await commands.executeCommand('workbench.action.chat.manage');
    await commands.executeCommand('workbench.action.closeActiveEditor');
  }
  if (!(await hasModels())) await commands.executeCommand('kiroModels.importFromKiroCli');
  await commands.executeCommand('workbench.action.chat.open');
}

async function hasModels(): Promise<boolean> {
  return (await lm.selectChatModels({ vendor: 'kiro' })).length > 0;
}
