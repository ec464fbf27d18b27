/** What becomes of a conversation with a tool that the service does not accept. */
import assert from 'node:assert/strict';
import type { ReplyPart, Tool } from '../../../src/kiro/chat/conversation';
import { chatOf, collect, connect, modelOf, textOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { validationError } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import { closing, exceptionFrame, fail, type Step, text } from '../../simulator/steps';

/** A choice, of which the plain form keeps nothing. */
const choice = { type: 'object', properties: { of: { anyOf: [{ type: 'string' }, { type: 'number' }] } } };
const plain = { properties: { of: {} }, type: 'object' };
const tools: Tool[] = Array.from({ length: 10 }, (_, at) => {
  return { name: `tool-${at}`, description: 'Does.', inputSchema: choice };
});
const draft = 'JSON schema is invalid. It must match JSON Schema draft 2020-12';

describe('a tool that the service does not accept', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  });
  afterEach(async () => {
    simulator.assertDone();
    await simulator.stop();
  });

  const signal = new AbortController().signal;
  const ask = (client = connect(simulator, account).client, offered = tools) =>
    collect(
      client.chat(
        chatOf('Hi', { tools: offered, conversationId: 'c-1' }),
        modelOf(account, 'claude-opus-4.8'),
        {
          signal,
        },
      ),
    );
  /** Of each request, the tools and whether their schemas are plain. */
  const sent = () =>
    simulator.chats.map((chat) =>
      chat.tools.map(({ name, inputSchema }) => {
        const { json } = inputSchema as { json: unknown };
        return [name, JSON.stringify(json) === JSON.stringify(plain) ? 'plain' : 'full'].join(' ');
      }),
    );
  const inForm = (form: string, besides: Record<string, string | undefined> = {}) =>
    tools.flatMap(({ name }) => {
      const own = name in besides ? besides[name] : form;
      return own === undefined ? [] : [`${name} ${own}`];
    });
  const leftOut = (parts: ReplyPart[]) =>
    parts.flatMap((part) => (part.kind === 'toolLeftOut' ? [part.name] : []));

  const refusals: Readonly<Record<string, Step[]>> = {
    'in the words of the model’s platform': [
      fail(validationError(null, `tools.3.custom.input_schema: ${draft}`)),
    ],
    'with a reason of another kind': [
      fail(validationError('REQUEST_BODY_INVALID', `tools.3.custom.input_schema: ${draft}`)),
    ],
    'in the words of the converse interface': [
      fail(
        validationError(
          null,
          'The value at toolConfig.tools.3.toolSpec.inputSchema.json.type must be one of the following: object.',
        ),
      ),
    ],
    'counted from one': [
      fail(
        validationError(
          null,
          "Value at 'toolConfig.tools.4.member.toolSpec.name' failed to satisfy constraint",
        ),
      ),
    ],
    'by its name': [fail(validationError('TOOL_SCHEMA_INVALID', 'Invalid input schema of tool-3.'))],
    'as an exception in the stream': [
      exceptionFrame('ValidationException', `tools.3.custom.input_schema: ${draft}`),
    ],
    'as a failure of the service in the stream': [
      exceptionFrame('InternalServerException', `tools.3.custom.input_schema: ${draft}`),
    ],
  };
  for (const [how, refusal] of Object.entries(refusals)) {
    it(`is sent in plain and then left out, and the chat goes on: refused ${how}`, async () => {
      simulator.script(...refusal);
      simulator.script(...refusal);
      simulator.script(text('Hello'), closing());
      const parts = await ask();
      assert.deepEqual(sent(), [
        inForm('full'),
        inForm('full', { 'tool-3': 'plain' }),
        inForm('full', { 'tool-3': undefined }),
      ]);
      assert.deepEqual(leftOut(parts.slice(0, 1)), ['tool-3']);
      assert.equal(textOf(parts), 'Hello');
    });
  }

  it('is found among ten by the place the service names, whatever its form', async () => {
    account.hopelessTools = ['tool-7'];
    simulator.script(text('Hello'), closing());
    const parts = await ask();
    assert.deepEqual(leftOut(parts), ['tool-7']);
    assert.equal(textOf(parts), 'Hello');
    assert.deepEqual(sent().at(-1), inForm('full', { 'tool-7': undefined }));
  });

  it('is found by the name that the service knows it by, and called by the one that the person knows', async () => {
    const offered = tools.map((tool, at) => (at === 3 ? { ...tool, name: 'mcp.files/read' } : tool));
    const refusal = fail(
      validationError('TOOL_SCHEMA_INVALID', 'Invalid input schema of mcp_files_read_6efd9b52.'),
    );
    simulator.script(refusal);
    simulator.script(refusal);
    simulator.script(text('Hello'), closing());
    const parts = await ask(undefined, offered);
    assert.ok(simulator.chats[0]?.tools.some(({ name }) => name === 'mcp_files_read_6efd9b52'));
    assert.deepEqual(leftOut(parts), ['mcp.files/read']);
    assert.deepEqual(sent().at(-1), inForm('full', { 'tool-3': undefined }));
  });

  it('is left out of the whole conversation, which is said once', async () => {
    const { client, warnings } = connect(simulator, account);
    const refusal = fail(validationError(null, `tools.3.custom.input_schema: ${draft}`));
    for (let time = 0; time < 2; time++) simulator.script(refusal);
    for (let time = 0; time < 2; time++) simulator.script(text('Hello'), closing());
    assert.deepEqual(leftOut(await ask(client)), ['tool-3']);
    assert.deepEqual(leftOut(await ask(client)), []);
    assert.deepEqual(sent().at(-1), inForm('full', { 'tool-3': undefined }));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /tool-3 is left out: tools\.3/);
  });

  it('does not keep others from being left out, too', async () => {
    const refused = (at: number) => fail(validationError(null, `tools.${at}.custom.input_schema: ${draft}`));
    // The second to be named makes all of them plain: there may be more of that kind.
    for (const at of [3, 3, 3, 3, 0]) simulator.script(refused(at));
    simulator.script(text('Hello'), closing());
    assert.deepEqual(leftOut(await ask()), ['tool-3', 'tool-4', 'tool-0']);
    assert.deepEqual(
      sent().at(-1),
      inForm('plain', { 'tool-0': undefined, 'tool-3': undefined, 'tool-4': undefined }),
    );
  });

  it('makes all of them plain, once, where the service does not say which it is', async () => {
    simulator.script(fail(validationError(null, `${draft}.`)));
    simulator.script(text('Hello'), closing());
    assert.equal(textOf(await ask()), 'Hello');
    assert.deepEqual(sent(), [inForm('full'), inForm('plain')]);
  });

  it('may be what an error response without a reason is about: all are sent in plain once', async () => {
    simulator.script(fail(validationError()));
    simulator.script(text('Hello'), closing());
    assert.equal(textOf(await ask()), 'Hello');
    assert.deepEqual(sent(), [inForm('full'), inForm('plain')]);
  });

  it('is sent as it is again where plain schemas were of no help', async () => {
    const { client } = connect(simulator, account);
    for (let time = 0; time < 2; time++) simulator.script(fail(validationError()));
    await assert.rejects(ask(client), { code: 'bad-request', status: 400 });
    simulator.script(text('Hello'), closing());
    await ask(client);
    assert.deepEqual(sent().at(-1), inForm('full'));
  });

  it('costs a request nothing more where it has no tools', async () => {
    simulator.script(fail(validationError()));
    await assert.rejects(ask(undefined, []), { code: 'bad-request' });
    assert.equal(simulator.chats.length, 1);
  });

  it('of a name that another one has is not sent, and the log says so once', async () => {
    const { client, warnings } = connect(simulator, account);
    const [tool] = tools;
    assert.ok(tool);
    for (let time = 0; time < 2; time++) {
      simulator.script(text('Hello'), closing());
      await ask(client, [tool, { ...tool, inputSchema: { type: 'object', properties: {} } }]);
    }
    assert.deepEqual(sent(), [['tool-0 full'], ['tool-0 full']]);
    assert.deepEqual(warnings, ['Several tools are called tool-0; the first of them is sent.']);
  });
});
