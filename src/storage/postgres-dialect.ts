import {
	type CompiledQuery,
	type DatabaseConnection,
	PostgresDialect,
	type PostgresDialectConfig,
	PostgresDriver,
	type QueryResult,
} from 'kysely';
import { asDatabaseError } from './postgres-failures.ts';

/** Kysely's dialect, whose every failure leaves as a SesError. */
export class TranslatedPostgresDialect extends PostgresDialect {
	readonly #config: PostgresDialectConfig;
	readonly #name: string;

	/** @param name stands for the server in errors */
	constructor(config: PostgresDialectConfig, name: string) {
		super(config);
		this.#config = config;
		this.#name = name;
	}

	override createDriver(): PostgresDriver {
		return new TranslatedDriver(this.#config, this.#name);
	}
}

type Acquired = Awaited<ReturnType<PostgresDriver['acquireConnection']>>;

class TranslatedDriver extends PostgresDriver {
	readonly #name: string;
	/** The driver knows its connections by identity: each is wrapped in place, once. */
	readonly #wrapped = new WeakSet<DatabaseConnection>();

	constructor(config: PostgresDialectConfig, name: string) {
		super(config);
		this.#name = name;
	}

	override async acquireConnection(...args: Parameters<PostgresDriver['acquireConnection']>): Promise<Acquired> {
		const connection = await this.#translated(() => super.acquireConnection(...args));
		if (!this.#wrapped.has(connection)) {
			this.#wrapped.add(connection);
			const execute = connection.executeQuery.bind(connection);
			connection.executeQuery = <Row>(query: CompiledQuery, ...rest: never[]): Promise<QueryResult<Row>> =>
				this.#translated(() => execute<Row>(query, ...rest));
		}
		return connection;
	}

	async #translated<T>(action: () => Promise<T>): Promise<T> {
		try {
			return await action();
		} catch (error) {
			throw asDatabaseError(this.#name, error);
		}
	}
}
