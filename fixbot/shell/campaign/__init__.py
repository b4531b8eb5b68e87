"""What a campaign does outside: its journal, its repositories, and the engines that plan."""
