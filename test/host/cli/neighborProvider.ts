import { type LanguageModelChatProvider, LanguageModelTextPart, lm } from 'vscode';

/** Somebody else's extension that lists a Kiro model of its own. */
export function activate(): void {
  lm.registerLanguageModelChatProvider('kiro', provider);
}

const provider: LanguageModelChatProvider = {
  provideLanguageModelChatInformation: async () => [
    {
      ...{ id: 'claude-sonnet-5', name: 'Their Sonnet', family: 'claude', version: '5' },
      ...{ maxInputTokens: 100_000, maxOutputTokens: 10_000 },
      capabilities: { toolCalling: true },
    },
  ],
  provideLanguageModelChatResponse: async (_model, _messages, _options, progress) => {
    progress.report(new LanguageModelTextPart('Hello from the other one.'));
  },
  provideTokenCount: async (_model, text) => JSON.stringify(text).length / 4,
};
