// JSON Schema of a TypeScript type that is plain data. Unknown keys are refused unless the type has an index signature;
// docstrings become descriptions. `unknown` is any JSON value. What JSON cannot hold (functions, bigints, `any`) is an
// error that names the field, never a loose schema.
import ts from 'typescript';

const { TypeFlags } = ts;

const PRIMITIVES = [
  [TypeFlags.String, 'string'],
  [TypeFlags.Number, 'number'],
  [TypeFlags.Boolean, 'boolean'],
  [TypeFlags.Null, 'null'],
];

const primitiveName = (type) => PRIMITIVES.find(([flag]) => (type.flags & flag) !== 0)?.[1];

const isUndefined = (type) => (type.flags & TypeFlags.Undefined) !== 0;
const isLiteral = (type) =>
  (type.flags & (TypeFlags.StringLiteral | TypeFlags.NumberLiteral | TypeFlags.BooleanLiteral)) !== 0;

const isOwn = (symbol) =>
  symbol.declarations?.some((declaration) => !/\/typescript\/lib\/lib\./.test(declaration.getSourceFile().fileName));

const oneOfThese = (schemas) => (schemas.length === 1 ? schemas[0] : { anyOf: schemas });

function literalSchemas(values, isNullable) {
  if (values.length === 0) return [];
  const all = isNullable ? [...values, null] : values;
  return [all.length === 1 ? { const: all[0] } : { enum: all }];
}

function primitiveSchemas(names, isNullable) {
  const all = isNullable ? [...names, 'null'] : names;
  return all.length === 0 ? [] : [{ type: all.length === 1 ? all[0] : all }];
}

/** Turns types of one program into schemas; types with a name are collected in `definitions`. */
export class TypeSchemas {
  definitions = {};
  #named = new Map();

  constructor(checker) {
    this.checker = checker;
  }

  /** The docstring of a symbol on one line, as `{ description }`; empty without one. */
  description(symbol) {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).replace(/\s+/g, ' ').trim();
    return text === '' ? {} : { description: text };
  }

  /** Schema of a type, a reference where the type has a name. */
  schemaOf(type) {
    const symbol = this.#nameOf(type);
    if (symbol === undefined) return this.inlineSchema(type);
    const known = this.#named.get(symbol.name);
    if (known !== undefined && known !== symbol) throw new Error(`two types are called ${symbol.name}`);
    if (known === undefined) {
      this.#named.set(symbol.name, symbol);
      this.definitions[symbol.name] = {};
      this.definitions[symbol.name] = { ...this.description(symbol), ...this.inlineSchema(type) };
    }
    return { $ref: `#/$defs/${symbol.name}` };
  }

  /** Schema of a type itself, even where it has a name. */
  inlineSchema(type) {
    const primitive = primitiveName(type);
    if (primitive !== undefined) return { type: primitive };
    if ((type.flags & TypeFlags.Unknown) !== 0) return {};
    if (isLiteral(type)) return { const: this.#literal(type) };
    if (type.isUnion()) return this.#union(type);
    if (this.checker.isTupleType(type)) return this.#tuple(type);
    if (this.checker.isArrayType(type)) return this.#array(type);
    if (this.#isData(type)) return this.#object(type);
    throw new Error(`JSON has nothing for the type ${this.checker.typeToString(type)}`);
  }

  #isData(type) {
    const isObject = (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;
    return isObject && type.getCallSignatures().length === 0 && type.getConstructSignatures().length === 0;
  }

  #nameOf(type) {
    if (this.checker.isArrayType(type) || this.checker.isTupleType(type)) return undefined;
    if (type.aliasSymbol !== undefined && type.aliasTypeArguments === undefined && isOwn(type.aliasSymbol)) {
      return type.isUnion() && type.types.every(isLiteral) ? undefined : type.aliasSymbol;
    }
    const isInterface = type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.Interface) !== 0;
    const isGeneric = isInterface && this.checker.getTypeArguments(type).length > 0;
    return isInterface && !isGeneric && isOwn(type.symbol) ? type.symbol : undefined;
  }

  #literal(type) {
    return type.isLiteral() ? type.value : this.checker.typeToString(type) === 'true';
  }

  /** Literals become one `enum`, primitives one list of types, the rest alternatives. */
  #union({ types }) {
    const literals = types.filter(isLiteral).map((type) => this.#literal(type));
    const isBoolean = literals.includes(true) && literals.includes(false);
    const values = isBoolean ? literals.filter((value) => typeof value !== 'boolean') : literals;
    const names = new Set([...types.flatMap((type) => primitiveName(type) ?? []), ...(isBoolean ? ['boolean'] : [])]);
    const isNullable = names.delete('null');
    const others = types.filter((type) => !isLiteral(type) && !isUndefined(type) && primitiveName(type) === undefined);
    return oneOfThese([
      ...others.map((type) => this.schemaOf(type)),
      ...literalSchemas(values, isNullable && names.size === 0),
      ...primitiveSchemas([...names], isNullable && (names.size > 0 || values.length === 0)),
    ]);
  }

  #array(type) {
    const [element] = this.checker.getTypeArguments(type);
    return { type: 'array', items: this.schemaOf(element) };
  }

  #tuple(type) {
    const items = this.checker.getTypeArguments(type).map((element) => this.schemaOf(element));
    if (type.target.elementFlags.some((flag) => flag !== ts.ElementFlags.Required)) {
      throw new Error(`the tuple ${this.checker.typeToString(type)} has parts that may be absent`);
    }
    return { type: 'array', prefixItems: items, items: false, minItems: items.length };
  }

  #object(type) {
    const properties = this.checker.getPropertiesOfType(type);
    const isOptional = (property) => (property.flags & ts.SymbolFlags.Optional) !== 0;
    const required = properties.filter((property) => !isOptional(property)).map(({ name }) => name);
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      ...(properties.length === 0 ? {} : { properties: this.#properties(properties) }),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: index === undefined ? false : this.schemaOf(index.type),
    };
  }

  #properties(properties) {
    return Object.fromEntries(properties.map((property) => [property.name, this.#property(property)]));
  }

  #property(property) {
    try {
      return { ...this.description(property), ...this.schemaOf(this.#typeOf(property)) };
    } catch (error) {
      throw new Error(`${property.name}: ${error.message}`);
    }
  }

  /** The type as declared, which keeps its name, where it is the type that the property has here. */
  #typeOf(property) {
    const type = this.checker.getTypeOfSymbol(property);
    const declared = property.declarations?.find(ts.isPropertySignature)?.type;
    if (declared === undefined) return type;
    const named = this.checker.getTypeFromTypeNode(declared);
    const required = type.isUnion() && type.types.some(isUndefined) ? this.checker.getNonNullableType(type) : type;
    return this.checker.isTypeAssignableTo(required, named) ? named : type;
  }
}
