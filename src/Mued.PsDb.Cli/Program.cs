Console.WriteLine("mued-psdb");
