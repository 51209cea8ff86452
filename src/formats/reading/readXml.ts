import sax from 'sax';
import { shown } from '../../files/index.js';
import type { SourceFile } from '../importFormat.js';
import { checkAnnotationBytes, fileProblem, type AnnotationLimits } from './readText.js';

/** One element with what it holds. */
export interface XmlElement {
  /** In lower case: some programs write `<Object>`. */
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  /** Its own text, without white space around it. */
  text: string;
  line: number;
}

/** Levels of elements. */
const maximumDepth = 64;

// An attribute may hold a whole mask; what is read at all is limited by the file's size.
(sax as unknown as { MAX_BUFFER_LENGTH: number }).MAX_BUFFER_LENGTH = Number.POSITIVE_INFINITY;

/**
 * Reads an XML file piece by piece. No document type is taken, so a file defines no entities of its own, and nothing else
 * is opened.
 *
 * @param take given each element once it is complete; those it answers true for are not kept, so that a long list need not
 *   be in memory.
 * @returns the root.
 * @throws ProblemError PAYLOAD_TOO_LARGE, DATASET_LAYOUT_INVALID with line and column.
 */
export async function readXml(
  file: SourceFile,
  limits: AnnotationLimits,
  take: (element: XmlElement) => boolean = () => false,
): Promise<XmlElement> {
  checkAnnotationBytes(file, limits);
  const parser = sax.parser(true, { position: true });
  const fail = (text: string): never => {
    const place = `line ${parser.line + 1}:${parser.column + 1}`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text, place);
  };
  const root = collectElements(parser, take, fail);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const text = (piece?: Buffer) => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch {
      return fail('is not UTF-8 text');
    }
  };
  for await (const piece of await file.stream()) parser.write(text(piece as Buffer));
  parser.write(text()).close();
  return root() ?? fail('holds no element');
}

/** Builds elements as the parser meets them. @returns what answers the root. */
function collectElements(
  parser: sax.SAXParser,
  take: (element: XmlElement) => boolean,
  fail: (text: string) => never,
): () => XmlElement | undefined {
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  parser.onerror = (error) => fail(`is not valid XML (${shown(error.message.split('\n')[0] ?? '')})`);
  parser.ondoctype = () => fail('has a document type (DOCTYPE); files without one are read');
  parser.onopentag = ({ name, attributes }) => {
    if (open.length >= maximumDepth) fail(`has more than ${maximumDepth} levels of elements`);
    const pairs = Object.entries(attributes as Record<string, string>);
    open.push({ name: name.toLowerCase(), attributes: new Map(pairs), children: [], text: '', line: parser.line + 1 });
  };
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.onclosetag = () => {
    const element = open.pop()!;
    element.text = element.text.trim();
    const parent = open.at(-1);
    if (!parent) root = element;
    else if (!take(element)) parent.children.push(element);
  };
  return () => root;
}
