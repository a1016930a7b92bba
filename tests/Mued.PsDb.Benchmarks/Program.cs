Console.WriteLine("Benchmarks: lexer, migrate, schema, undo");
