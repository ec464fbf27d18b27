import { LanguageModelChatMessage, type LanguageModelChatSelector, lm, window } from 'vscode';

/**
 * An extension of somebody else that asks Kiro's models the moment the window opens, before any chat is there, and says what
 * it heard.
 */
export async function activate(): Promise<void> {
  const models = await found({ vendor: 'kiroModels' });
  const [byFamily, byId, newest] = await Promise.all([
    found({ family: 'claude-opus-4.8' }),
    found({ id: 'claude-haiku-4.5' }),
    lm.selectChatModels({ vendor: 'kiroModels', family: 'claude-sonnet' }),
  ]);
  const [model] = newest;
  const said = model ? await answerOf(model) : 'nothing';
  const ids = [...byFamily, ...byId].join(' and ');
  void window.showInformationMessage(
    `Second extension: ${models.length} models, ${ids}. ${model?.id}: ${said}`,
  );
}

async function found(selector: LanguageModelChatSelector): Promise<string[]> {
  return (await lm.selectChatModels(selector)).map(({ id }) => id);
}

async function answerOf(model: Awaited<ReturnType<typeof lm.selectChatModels>>[number]): Promise<string> {
  const response = await model.sendRequest([LanguageModelChatMessage.User('Hello?')]);
  let said = '';
  for await (const part of response.text) said += part;
  return said;
}
