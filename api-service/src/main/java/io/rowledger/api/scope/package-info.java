/** Whose data a transaction of Hibernate is about; for JDBC it is {@code core.sql.Database}. */
@NullMarked
package io.rowledger.api.scope;

import org.jspecify.annotations.NullMarked;
