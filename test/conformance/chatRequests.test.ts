/** Requests built by AWS's own client, with everything this project ever sends, break no rule. */
import assert from 'node:assert/strict';
import {
  type ChatMessage,
  GenerateAssistantResponseCommand,
  type GenerateAssistantResponseRequest,
  ValidationException,
} from '@aws/codewhisperer-streaming-client';
import type { SimulatedAccount } from '../simulator/account';
import { builderIdProfileArn, socialProfileArn } from '../simulator/account';
import { Simulator } from '../simulator/simulator';
import { reasoning, redactedReasoning, text } from '../simulator/steps';
import { clientOf, collect } from './officialClient';
import { grep, onePixel } from './samples';

describe('A request of the official client', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'idc', email: 'ada@example.org' });
  });
  afterEach(() => simulator.stop());

  async function send(
    currentMessage: ChatMessage,
    history?: ChatMessage[],
    more: Partial<GenerateAssistantResponseRequest> = {},
  ) {
    const request: GenerateAssistantResponseRequest = {
      conversationState: { currentMessage, history, chatTriggerType: 'MANUAL', conversationId: 'c-1' },
      profileArn: account.profileArn,
      ...more,
    };
    const output = await clientOf(simulator, account).send(new GenerateAssistantResponseCommand(request));
    return collect(output);
  }
  const user = (content: string, more: object = {}): ChatMessage => ({
    userInputMessage: { content, modelId: 'claude-opus-5', origin: 'KIRO_CLI', ...more },
  });
  const assistant = (content: string, more: object = {}): ChatMessage => ({
    assistantResponseMessage: { content, ...more },
  });

  it('may have a history', async () => {
    simulator.script(text('ok'));
    await send(user('And you?'), [user('Hi'), assistant('Hello')]);
    simulator.assertDone();
    assert.equal(simulator.chats[0]?.history.length, 2);
  });

  it('may offer tools', async () => {
    simulator.script(text('ok'));
    await send(user('Find it', { userInputMessageContext: { tools: [{ toolSpecification: grep }] } }));
    simulator.assertDone();
    assert.deepEqual(
      simulator.chats[0]?.tools.map(({ name }) => name),
      ['grep'],
    );
  });

  it('may answer tool calls', async () => {
    simulator.script(text('ok'));
    const call = { toolUseId: 'tooluse_1', name: 'grep', input: { pattern: 'x', deep: { list: [null, 1] } } };
    const result = { toolUseId: 'tooluse_1', content: [{ text: 'a.ts:1' }], status: 'success' };
    await send(
      user('', {
        userInputMessageContext: { tools: [{ toolSpecification: grep }], toolResults: [result] },
      }),
      [user('Find it'), assistant('', { toolUses: [call] })],
    );
    simulator.assertDone();
    assert.deepEqual(simulator.chats[0]?.toolResults, [result]);
  });

  it('may answer tool calls with JSON, and with an error', async () => {
    simulator.script(text('ok'));
    const calls = ['tooluse_1', 'tooluse_2'].map((toolUseId) => ({ toolUseId, name: 'grep', input: {} }));
    const toolResults = [
      { toolUseId: 'tooluse_1', content: [{ json: { hits: 0 } }], status: 'success', toolName: 'grep' },
      { toolUseId: 'tooluse_2', content: [{ text: 'No such file' }], status: 'error', toolName: 'grep' },
    ];
    await send(user('', { userInputMessageContext: { tools: [{ toolSpecification: grep }], toolResults } }), [
      user('Find it'),
      assistant('Looking.', { toolUses: calls }),
    ]);
    simulator.assertDone();
  });

  it('may show images', async () => {
    simulator.script(text('ok'));
    const images = [{ format: 'png', source: { bytes: onePixel } }];
    await send(user('What is this?', { images }), [user('And this?', { images }), assistant('A pixel.')]);
    simulator.assertDone();
  });

  it('may replay the reasoning it was given', async () => {
    simulator.script(reasoning(['One. ', 'Two.'], 'sealed'), text('Done.'));
    await send(user('Think'));
    simulator.script(text('ok'));
    const reasoningContent = { reasoningText: { text: 'One. Two.', signature: 'sealed' } };
    await send(user('On'), [user('Think'), assistant('Done.', { reasoningContent })]);
    simulator.assertDone();
  });

  it('may not replay reasoning it changed', async () => {
    simulator.script(reasoning(['One.'], 'sealed'), text('Done.'));
    await send(user('Think'));
    simulator.expectViolation('thinking-signature');
    const reasoningContent = { reasoningText: { text: 'One!', signature: 'sealed' } };
    await assert.rejects(
      send(user('On'), [user('Think'), assistant('Done.', { reasoningContent })]),
      (error) => error instanceof ValidationException && error.reason === 'THINKING_SIGNATURE_INVALID',
    );
    simulator.assertDone();
  });

  it('may replay redacted reasoning', async () => {
    simulator.script(redactedReasoning(), text('Done.'));
    const events = await send(user('Think'));
    simulator.script(text('ok'));
    const redactedContent = events[0]?.reasoningContentEvent?.redactedContent;
    await send(user('On'), [user('Think'), assistant('Done.', { reasoningContent: { redactedContent } })]);
    simulator.assertDone();
  });

  it('may set cache points', async () => {
    simulator.script(text('ok'));
    const cachePoint = { type: 'default' };
    await send(user('On'), [user('Long', { cachePoint }), assistant('Yes', { cachePoint })]);
    simulator.assertDone();
  });

  it('may ask for an effort as the model allows it', async () => {
    simulator.script(text('ok'));
    const additionalModelRequestFields = {
      output_config: { effort: 'xhigh' },
      thinking: { type: 'adaptive', display: 'summarized' },
    };
    await send(user('Think hard'), undefined, { additionalModelRequestFields });
    simulator.assertDone();
  });

  it('sends the agent mode as a header, and everything else the model knows in the body', async () => {
    simulator.script(text('ok'));
    const userInputMessageContext = {
      envState: { operatingSystem: 'linux', currentWorkingDirectory: '/w', timezoneOffset: 60 },
      editorState: { document: { relativeFilePath: 'a.ts' }, workspaceFolders: ['/w'] },
      userSettings: { hasConsentedToCrossRegionCalls: true },
      additionalContext: [{ name: 'n', description: 'd' }],
    };
    await send(user('Hi', { userInputMessageContext, userIntent: 'IMPROVE_CODE' }), undefined, {
      agentMode: 'vibe',
    });
    simulator.assertDone();
    assert.equal(simulator.chats[0]?.request.headers['x-amzn-kiro-agent-mode'], 'vibe');
  });

  for (const [method, arn] of [
    ['builder-id', builderIdProfileArn],
    ['github', socialProfileArn],
  ] as const) {
    it(`names the profile of a ${method} account`, async () => {
      account = simulator.addAccount({ method, email: 'grace@example.com' });
      simulator.script(text('ok'));
      await send(user('Hi'));
      simulator.assertDone();
      assert.equal(simulator.chats[0]?.body.profileArn, arn);
    });
  }
});
