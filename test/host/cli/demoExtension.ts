import { commands, extensions, type LanguageModelChat, lm, ProgressLocation, window } from 'vscode';
import { setupModelId } from '../../../src/vscode/chat/setupModel';

/**
 * Runs in the window of `npm start`: takes whoever opens it to a chat with the models of the imported account. The chat is
 * not shown before that, because a question typed earlier would end in a request to sign in to GitHub.
 */
export async function activate(): Promise<void> {
  const progress = {
    location: ProgressLocation.Notification,
    title: 'The chat opens as soon as the Kiro account is in…',
  };
  await window.withProgress(progress, async () => {
    if (!extensions.getExtension('GitHub.copilot-chat')) {
      // Opening the list of models is what turns the chat on in a profile that never had it.
      await commands.executeCommand('workbench.action.chat.manage');
      await commands.executeCommand('workbench.action.closeActiveEditor');
    }
    if ((await kiroModels()).length === 0) await commands.executeCommand('kiroModels.importFromKiroCli');
    await modelsAreThere();
  });
  await commands.executeCommand('workbench.action.chat.open');
}

async function modelsAreThere(): Promise<void> {
  const there = Promise.withResolvers<void>();
  const look = async () => {
    if ((await kiroModels()).length > 0) there.resolve();
  };
  const listener = lm.onDidChangeChatModels(() => look().catch(there.reject));
  try {
    await look();
    await there.promise;
  } finally {
    listener.dispose();
  }
}

async function kiroModels(): Promise<LanguageModelChat[]> {
  const listed = await lm.selectChatModels({ vendor: 'kiroModels' });
  // Without an account, an entry leads to one.
  return listed.filter(({ id }) => id !== setupModelId);
}
