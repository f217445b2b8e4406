"""The processes of one machine: started, watched, started again, ended."""
