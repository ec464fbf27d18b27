import type { ReceivedChat } from '../../simulator/received';
import { closing, pause, reasoning, type Step, text, toolCall } from '../../simulator/steps';

const WORD_MS = 25;

/** What the models of the demonstration say: they think, look at a file of the example project, and talk about it. */
export function demoBrain(folder: () => string): (chat: ReceivedChat) => Step[] {
  return (chat) => {
    const question = questionOf(chat.text);
    if (chat.toolResults.length > 0) return afterTools(chat);
    if (chat.tools.length === 0) return [...spoken(titleFor(question)), ...closing()];
    if (/file|code|project|read|explain|look|bug|test/i.test(question)) return lookingAtAFile(folder());
    return [
      ...thought('A greeting or a question of no particular kind. I say who I am and what there is to try.'),
      ...spoken(introduction(chat.modelId ?? 'a model')),
      ...closing(),
    ];
  };
}

function lookingAtAFile(folder: string): Step[] {
  return [
    ...thought(
      '**Looking for the right file**\n\nThe question is about the project. Its heart is `src/greet.ts`, so I read that first.',
    ),
    ...spoken('I will read the file first.'),
    ...toolCall('read_file', { filePath: `${folder}/src/greet.ts`, startLine: 1, endLine: 40 }),
    ...closing({ input: 5200, output: 90 }, 0.06, 2.6),
  ];
}

function afterTools(chat: ReceivedChat): Step[] {
  const failed = chat.toolResults.some(({ status }) => status === 'error');
  const seen = failed
    ? 'The tool could not do that here, so this is from memory: '
    : `${chat.toolResults.length === 1 ? 'The tool answered' : 'All tools answered'}: the request went from this chat to the service and back. `;
  return [
    ...thought('The file is short. One edge is worth mentioning: an empty name.'),
    ...spoken(
      `${seen}\n\n\`greet\` puts a name into a sentence. For an empty name it would say \`Hello, !\`; this would not:\n\n` +
        "```ts\nexport function greet(name: string): string {\n  return name ? 'Hello, ' + name + '!' : 'Hello!';\n}\n```\n",
    ),
    ...closing({ input: 6100, output: 180 }, 0.09, 3.1),
  ];
}

function introduction(model: string): string {
  return (
    `Hello from **${model}**, or rather from a simulation of it: this window talks to a Kiro service on your own machine, ` +
    'and nothing leaves it.\n\nThings to try:\n' +
    '- *Explain the code in this project* makes me read a file with a tool.\n' +
    '- Another model, or another thinking effort, in the picker below.\n' +
    '- **Kiro Models** in the status bar: accounts and what is left of the month.\n'
  );
}

function titleFor(question: string): string {
  return question.split(/\s+/).slice(0, 6).join(' ') || 'Chat';
}

/** The chat view wraps what the person wrote into the context it adds. */
function questionOf(message: string): string {
  return (/<userRequest>([\s\S]*?)<\/userRequest>/.exec(message)?.[1] ?? message).trim();
}

function thought(whole: string): Step[] {
  return paced(reasoning(words(whole)));
}

function spoken(whole: string): Step[] {
  return paced(text(...words(whole)));
}

/** Everything in there, in small pieces: joined together they are the whole again. */
function words(whole: string): string[] {
  return whole.match(/\s*\S+\s*?/g) ?? [];
}

function paced(steps: Step[]): Step[] {
  return steps.flatMap((step) => [step, pause(WORD_MS)]);
}
